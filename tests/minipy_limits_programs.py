"""Programs for minipy_limits.py that go too deep, too far, or take too much, and mostly go on afterwards."""
from __future__ import annotations

from minipy_limits_case import Case

DEEP = ("--recursion-limit", "1000000")
ON = "on\n"


def caught(name: str, source: str, run: str, error: str = "RecursionError") -> Case:
    """run raises the error, which is caught, and the program goes on; nothing else may be raised."""
    text = f"{source}\ntry:\n    {run}\n    print('no error')\nexcept {error}:\n    print('on')\n"
    return Case(name, text, out=ON)


def chain(name: str, first: str, step: str, use: str, count: int = 300_000, error: str = "RecursionError") -> Case:
    """x = first, then x = step again and again; using the chain is an error, dropping it is none."""
    return caught(name, f"x = {first}\nfor i in range({count}):\n    x = {step}\n", use, error)


def dropped(name: str, first: str, step: str, count: int = 300_000, before: str = "") -> Case:
    """A chain that long goes without a word."""
    return Case(name, f"{before}\nx = {first}\nfor i in range({count}):\n    x = {step}\ndel x\nprint('on')\n", out=ON)


def method(name: str, body: str, run: str) -> Case:
    """A class A with a method that comes back to itself."""
    return caught(f"recursion_{name}", f"class A:\n    {body}\n", run)


RECURSION = [
    caught("recursion_function", "def f(): return f()", "f()"),
    caught("recursion_lambda", "f = lambda: f()", "f()"),
    caught("recursion_arguments", "def f(*a, **k): return f(*a, **k)", "f(1, 2, a=3)"),
    caught("recursion_default", "def f(x=1):\n    def g(y=f()): pass", "f()"),
    caught("recursion_decorator", "def d(f): return d(f)", "d(1)"),
    caught("recursion_class_body", "def c():\n    class X:\n        c()", "c()"),
    caught("recursion_comprehension", "def f(): return [f() for x in [1]]", "f()"),
    caught("recursion_generator_expression", "def f(): return sum(f() for x in [1])", "f()"),
    caught("recursion_sort_key", "def k(x): return sorted([1, 2], key=k)", "k(1)"),
    caught("recursion_max_key", "def f(): return max([1, 2], key=lambda x: f())", "f()"),
    caught("recursion_map", "def m(x): return list(map(m, [1]))", "m(1)"),
    caught("recursion_filter", "def m(x): return list(filter(m, [1]))", "m(1)"),
    caught("recursion_except", "def f():\n    try: f()\n    except ValueError: pass", "f()"),
    caught("recursion_yield_from", "def g(): yield from g()", "next(g())"),
    caught("recursion_for", "def g():\n    for x in g(): yield x", "next(g())"),
    caught("recursion_await", "async def f(): await f()", "f().send(None)"),
    method("repr", "def __repr__(self): return repr(self)", "repr(A())"),
    method("repr_of_list", "def __repr__(self): return repr([A()])", "repr(A())"),
    method("str", "def __str__(self): return f'{self}'", "str(A())"),
    method("format", "def __format__(self, spec): return f'{self:{spec}}'", "f'{A()}'"),
    method("eq", "def __eq__(self, other): return self == other", "A() == A()"),
    method("lt", "def __lt__(self, other): return sorted([self, other])", "sorted([A(), A()])"),
    method("hash", "def __hash__(self): return len({self})", "{A()}"),
    method("bool", "def __bool__(self): return not self", "bool(A())"),
    method("len", "def __len__(self): return len(self)", "len(A())"),
    method("getattr", "def __getattr__(self, name): return self.foo", "A().foo"),
    method("getattr_other", "def __getattr__(self, name): return getattr(A(), name)", "A().foo"),
    method("setattr", "def __setattr__(self, name, value): self.x = value", "A().x = 1"),
    method("property", "foo = property(lambda self: self.foo)", "A().foo"),
    method("init", "def __init__(self): A()", "A()"),
    method("new", "def __new__(cls): return A()", "A()"),
    method("iter", "def __iter__(self): return iter(A())", "list(A())"),
    method("next", "def __next__(self): return next(self)", "next(A())"),
    method("contains", "def __contains__(self, item): return item in self", "1 in A()"),
    method("getitem", "def __getitem__(self, index): return self[index]", "A()[0]"),
    method("setitem", "def __setitem__(self, index, value): self[index] = value", "A()[0] = 1"),
    method("add", "def __add__(self, other): return self + other", "A() + 1"),
    method("iadd", "def __iadd__(self, other): self += other; return self", "A().__iadd__(1)"),
    method("call", "def __call__(self): return self()", "A()()"),
    method("call_is_itself", "pass\nA.__call__ = A()", "A()()"),
    method("enter", "def __enter__(self):\n        with self: pass\n    def __exit__(self, *a): pass", "A().__enter__()"),
    method("exit", "def __enter__(self): pass\n    def __exit__(self, *a):\n        with self: pass", "A().__exit__()"),
    method("await", "def __await__(self): return self.__await__()", "A().__await__()"),
    method("get", "def __get__(self, instance, owner): return instance.x\nclass B: x = A()", "B().x"),
    method("set", "def __set__(self, instance, value): instance.x = value\nclass B: x = A()", "B().x = 1"),
    method("raise", "pass\nclass E(Exception):\n    def __init__(self): raise E", "raise E"),
]

CHAINS = [
    chain("deep_list_repr", "[]", "[x]", "repr(x)", 1_000_000),
    chain("deep_tuple_hash", "()", "(x,)", "hash(x)", 1_000_000),
    chain("deep_dict_repr", "{}", "{1: x}", "repr(x)", 1_000_000),
    caught("deep_list_equal", "a = []\nb = []\nfor i in range(1000000):\n    a = [a]\n    b = [b]\n", "a == b"),
    caught("deep_list_less", "a = []\nb = []\nfor i in range(1000000):\n    a = [a]\n    b = [b]\n", "a < b"),
    caught("deep_dict_equal", "a = {}\nb = {}\nfor i in range(300000):\n    a = {1: a}\n    b = {1: b}\n", "a == b"),
    caught("deep_set_equal", "a = b = frozenset()\nfor i in range(100000):\n    a = frozenset([a])\n    b = frozenset([b])\n", "a == b"),
    chain("deep_set_repr", "frozenset()", "frozenset([x])", "repr(x)"),
    chain("deep_slice_repr", "1", "slice(x)", "repr(x)"),
    chain("deep_exception_repr", "1", "ValueError(x)", "repr(x)"),
    chain("deep_exception_str", "1", "ValueError(x)", "str(x)"),
    chain("deep_group_repr", "ValueError()", "ExceptionGroup('a', [x])", "repr(x)", 100_000),
    chain("deep_group_split", "ValueError()", "ExceptionGroup('a', [x])", "x.split(TypeError)", 100_000),
    chain("deep_group_subgroup", "ValueError()", "ExceptionGroup('a', [x])", "x.subgroup(lambda e: not isinstance(e, ExceptionGroup))", 100_000),
    chain("deep_isinstance", "int", "(x,)", "isinstance('a', x)"),
    chain("deep_map", "[1]", "map(int, x)", "list(x)"),
    chain("deep_filter", "[1]", "filter(None, x)", "list(x)"),
    chain("deep_zip", "[1]", "zip(x)", "list(x)"),
    chain("deep_enumerate", "[1]", "enumerate(x)", "list(x)"),
    chain("deep_staticmethod_call", "print", "staticmethod(x)", "x()"),
    chain("deep_staticmethod_repr", "print", "staticmethod(x)", "repr(x)"),
    chain("deep_bound_method_call", "print", "type('C', (), {'f': classmethod(x)}).f", "x()", 30_000, "(RecursionError, TypeError)"),
    chain("deep_generators_for", "[1]", "(i for i in x)", "next(x)"),
    dropped("drop_lists", "[]", "[x]", 1_000_000),
    dropped("drop_tuples", "()", "(x,)", 1_000_000),
    dropped("drop_dicts", "{}", "{1: x}", 1_000_000),
    dropped("drop_sets", "frozenset()", "frozenset([x])"),
    dropped("drop_closures", "None", "(lambda y: lambda: y)(x)", 1_000_000),
    dropped("drop_instances", "None", "C(x)", 1_000_000, "class C:\n    def __init__(self, next): self.next = next"),
    dropped("drop_exceptions", "None", "ValueError(x)"),
    dropped("drop_iterators", "[]", "iter([x])"),
    dropped("drop_maps", "[]", "map(int, x)"),
    dropped("drop_slices", "None", "slice(x)"),
    dropped("drop_properties", "print", "property(x)"),
    dropped("drop_generators", "None", "g(x)", 300_000, "def g(x): yield x"),
    dropped("drop_running_generators", "None", "started(x)", 100_000,
            "def g(x): yield x\ndef started(x):\n    x = g(x)\n    next(x)\n    return x"),
    dropped("drop_classes", "object", "type(x.__name__, (object,), {'x': x})", 30_000),
]  # fmt: skip

DEEP_AWAITS = """
import asyncio
async def f(n):
    if n == 0: %s
    else: return await f(n - 1)
"""
AT_BOTTOM = {
    "return": "return 7",
    "sleep_0": "return await asyncio.sleep(0, 7)",
    "sleep": "return await asyncio.sleep(1, 7)",
    "1000_sleeps": "return [await asyncio.sleep(0, 7) for i in range(1000)][0]",
}
NESTED_TASKS = """
import asyncio
async def f(n):
    if n == 0:
        await asyncio.sleep(%s)
        return 7
    return await asyncio.create_task(f(n - 1))
"""
GENERATORS = "def g(x):\n    yield from x\nx = [1, 2, 3]\nfor i in range(100000): x = g(x)\n"

DEEP_ASYNC = [
    *(
        Case(f"await_100000_{name}", DEEP_AWAITS % bottom + "print(asyncio.run(f(100000)))", ("--virtual-time", *DEEP), out="7\n", seconds=5)
        for name, bottom in AT_BOTTOM.items()
    ),
    Case(
        "await_100000_cancel",
        DEEP_AWAITS % "await asyncio.sleep(1000)"
        + """
async def main():
    task = asyncio.create_task(f(100000))
    await asyncio.sleep(0)
    task.cancel()
    try: await task
    except asyncio.CancelledError: print('on')
asyncio.run(main())
""",
        DEEP,
        out=ON,
        seconds=5,
    ),
    Case(
        "await_100000_close",
        DEEP_AWAITS % "await A()"
        + "class A:\n    def __await__(self): yield 1\nx = f(100000)\nprint(x.send(None))\nx.close()\nx = f(100000)\nx.send(None)\ndel x\nprint('on')",
        DEEP,
        out="1\non\n",
        seconds=5,
    ),
    Case("tasks_100000_nested", NESTED_TASKS % "0" + "print(asyncio.run(f(100000)))", DEEP, out="7\n", seconds=5),
    Case("tasks_100000_nested_eagerly", NESTED_TASKS % "0" + "print(asyncio.run(f(100000)))", ("--eager", *DEEP), out="7\n", seconds=5),
    Case(
        "tasks_nested_cancelled",
        NESTED_TASKS % "1000"
        + "async def main():\n    task = asyncio.create_task(f(100000))\n    for i in range(100010): await asyncio.sleep(0)\n"
        + "    task.cancel()\n    try: await task\n    except asyncio.CancelledError: print('on')\nasyncio.run(main())",
        DEEP,
        out=ON,
        seconds=5,
    ),
    Case(
        "tasks_nested_left_over",
        NESTED_TASKS % "1000" + "async def main():\n    t = asyncio.create_task(f(3000))\n    for i in range(3010): await asyncio.sleep(0)\nasyncio.run(main())\nprint('on')",
        DEEP,
        out=ON,
        seconds=5,
    ),
    caught("tasks_eager_without_end", "import asyncio\nasync def f(n): await asyncio.eager_task_factory(asyncio.get_running_loop(), f(n + 1))", "asyncio.run(f(0))"),
    caught("task_factory_calls_itself", "import asyncio\ndef factory(loop, coro, **k): return loop.create_task(coro, **k)\nloop = asyncio.new_event_loop()\nloop.set_task_factory(factory)\nasync def f(): pass", "loop.create_task(f())"),
    Case("generators_100000_yield_from", GENERATORS + "print(list(x))", DEEP, out="[1, 2, 3]\n", seconds=5),
    Case("generators_100000_for", GENERATORS.replace("yield from x", "for y in x: yield y") + "print(list(x))", DEEP, out="[1, 2, 3]\n", seconds=5),
    Case("generators_100000_close", GENERATORS + "print(next(x))\nx.close()\nprint(list(x))", DEEP, out="1\n[]\n", seconds=5),
    Case("generators_100000_drop", GENERATORS + "print(next(x))\ndel x\nprint('on')", DEEP, out="1\non\n", seconds=5),
    Case("generators_100000_throw", GENERATORS + "next(x)\ntry: x.throw(ValueError(1))\nexcept ValueError as e: print(e)", DEEP, out="1\n", seconds=5),
    Case(
        "futures_100000_results",
        """
import asyncio
async def main():
    loop = asyncio.get_running_loop()
    last = None
    for i in range(100000):
        future = loop.create_future()
        future.set_result(last)
        last = future
    print(len(repr(last)) < 100)
asyncio.run(main())
""",
        out="True\n",
        seconds=5,
    ),
    Case(
        "futures_100000_callbacks",
        """
import asyncio
async def main():
    loop = asyncio.get_running_loop()
    first = last = loop.create_future()
    for i in range(100000):
        future = loop.create_future()
        last.add_done_callback(lambda done, future=future: future.set_result(done.result() + 1))
        last = future
    first.set_result(0)
    print(await last)
    waiting = [loop.create_future() for i in range(100000)]
    for one, other in zip(waiting, waiting[1:]): one.add_done_callback(other.set_result)
asyncio.run(main())
""",
        out="100000\n",
        seconds=5,
    ),
    Case(
        "tasks_100000_in_a_group",
        """
import asyncio
async def f(): raise ValueError
async def main():
    try:
        async with asyncio.TaskGroup() as group:
            for i in range(100000): group.create_task(f())
    except* ValueError as errors: print(len(errors.exceptions))
asyncio.run(main())
""",
        out="100000\n",
        seconds=10,
    ),
    caught("context_runs_without_end", "import contextvars\ndef f(): contextvars.copy_context().run(f)", "f()"),
    Case("traceback_of_100000_groups", "x = ValueError()\nfor i in range(100000): x = ExceptionGroup('a', [x])\nraise x", status=1, err="ExceptionGroup: a", seconds=5),
    Case("traceback_of_100000_causes", "x = ValueError(0)\nfor i in range(100000):\n    y = ValueError(i)\n    y.__cause__ = x\n    x = y\nraise x", status=1, err="ValueError: 99999", seconds=5),
]  # fmt: skip

STEPS = ("--max-steps", "20000")


def stopped(name: str, source: str) -> Case:
    return Case(f"steps_{name}", source, STEPS, status=98, err="step limit", seconds=5)


FOREVER = "import asyncio\nloop = asyncio.new_event_loop()\n%s\nloop.run_forever()\n"
STEP_LIMIT = [
    stopped("while", "while True: pass"),
    stopped("caught", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"),
    stopped("finally", "while True:\n    try:\n        while True: pass\n    finally: continue"),
    stopped("calls", "def f(n):\n    if n: f(n - 1); f(n - 1)\nf(100)"),
    stopped("for", "for i in range(10 ** 15): pass"),
    stopped("comprehension", "[0 for i in range(10 ** 15) if not i + 1]"),
    stopped("generator", "def g():\n    while True: yield\nfor i in g(): pass"),
    stopped("sum", "sum(range(10 ** 15))"),
    stopped("any", "any(iter(int, 1))"),
    stopped("contains", "1 in iter(int, 1)"),
    stopped("not_in_range", "'a' in range(10 ** 15)"),
    stopped("filter", "next(filter(None, iter(int, 1)))"),
    stopped("max", "max(iter(int, 1))"),
    stopped("unpack", "*a, b = iter(int, 1)"),
    stopped("star_call", "print(*iter(int, 1))"),
    stopped("extend", "[].extend(iter(int, 1))"),
    stopped("join", "''.join(iter(str, 1))"),
    stopped("dict", "dict(zip(iter(int, 1), iter(int, 1)))"),
    stopped("set", "set(iter(int, 1))"),
    stopped("sleeps", "import asyncio\nasync def f():\n    while True: await asyncio.sleep(0)\nasyncio.run(f())"),
    stopped(
        "uncancellable",
        "import asyncio\nasync def f():\n    while True:\n        try: await asyncio.sleep(0)\n        except BaseException: pass\n"
        "async def main():\n    t = [asyncio.create_task(f()) for i in range(3)]\n    await asyncio.sleep(1000)\nasyncio.run(main())",
    ),
    stopped("call_soon", FOREVER % "def f(): loop.call_soon(f)\nf()"),
    stopped("handler", FOREVER % "def f(): raise ValueError\nloop.set_exception_handler(lambda l, c: l.call_soon(f))\nloop.call_soon(f)"),
    stopped("exit", "class A:\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\nwhile True:\n    with A():\n        while True: pass"),
    stopped("repr", "class A:\n    def __repr__(self):\n        while True: pass\nraise ValueError(A())"),
]  # fmt: skip


def too_large(name: str, expression: str) -> Case:
    return Case(
        f"memory_{name}",
        f"def f():\n    {expression}\ntry: f()\nexcept (MemoryError, OverflowError, ValueError): print('on')\n",
        ("--max-memory", "50000000"),
        out=ON,
        seconds=5,
        megabytes=200,
    )


def grows(name: str, first: str, step: str) -> Case:
    return too_large(f"growing_{name}", f"\n    x = {first}\n    while True: {step}")


MEMORY_LIMIT = [
    too_large("string", "'a' * 10 ** 12"),
    too_large("list", "[0] * 10 ** 12"),
    too_large("tuple", "(0,) * 10 ** 18"),
    too_large("list_overflow", "[1, 2, 3] * 2 ** 61"),
    too_large("list_of_range", "list(range(10 ** 15))"),
    too_large("set_of_range", "set(range(10 ** 15))"),
    too_large("join", "('a' * 1000000).join(['b'] * 1000000)"),
    too_large("replace", "('a' * 1000000).replace('a', 'b' * 1000000)"),
    too_large("format_width", "'{:>1000000000000}'.format(1)"),
    too_large("percent_width", "'%*d' % (2 ** 40, 1)"),
    too_large("fstring_precision", "f'{1.5:.1000000000f}'"),
    too_large("ljust", "'a'.ljust(10 ** 15)"),
    too_large("expandtabs", "'a\\t'.expandtabs(2 ** 62)"),
    too_large("power", "10 ** 10 ** 9"),
    too_large("shift", "1 << 10 ** 9"),
    grows("list", "[]", "x.append('x' * 1000)"),
    grows("dict", "{}", "x[len(x)] = [0]"),
    grows("set", "set()", "x.add(str(len(x)))"),
    grows("string", "'a'", "x += x"),
    grows("chain", "None", "x = [x]"),
    grows("closures", "None", "x = (lambda y: lambda: y)(x)"),
    grows("generators", "None", "x = (i for i in [x])"),
    grows("exceptions", "None", "x = ValueError(x)"),
    too_large("growing_itself", "\n    x = [1]\n    for y in x: x.append(y)"),
    too_large("extending_itself", "\n    x = [1]\n    while True: x.extend(x)"),
    Case(
        "memory_deep_recursion",
        "def f(n): return f(n + 1)\ntry: f(0)\nexcept (MemoryError, RecursionError): print('on')\n",
        ("--max-memory", "50000000", "--recursion-limit", "100000000"),
        out=ON,
        seconds=5,
    ),
    Case("memory_uncaught", "x = []\nwhile True: x.append(x * 2)", ("--max-memory", "50000000"), status=1, err="MemoryError", seconds=5),
    Case("memory_too_small", "print(1)", ("--max-memory", "1000"), status=2, err="aiocore: "),
    Case("memory_small_file", "x = 1\n" * 300_000, ("--max-memory", "5000000"), status=1, err="MemoryError"),
    Case(
        # At some limits not even the group's exit has memory: then each child reports, and 50 MB of children take a minute.
        "memory_async",
        "import asyncio\nasync def f(): await asyncio.sleep(1)\nasync def main():\n    async with asyncio.TaskGroup() as g:\n"
        "        while True: g.create_task(f())\ntry: asyncio.run(main())\nexcept* MemoryError: print('on')\n",
        ("--max-memory", "5000000"),
        status=(0, 1),
        seconds=5,
    ),
]  # fmt: skip

PROGRAMS = [*RECURSION, *CHAINS, *DEEP_ASYNC, *STEP_LIMIT, *MEMORY_LIMIT]
