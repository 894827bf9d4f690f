"""Random scenario programs: asyncio in every mixture, each deterministic by construction and sure to end.

A program has a few coroutine functions; function i calls and spawns only those after it, and loops are short, so it ends.
Futures, tasks and handles are kept in global lists, so nothing depends on when an object is freed.  Everything that happens is
printed, save what is freed at the very end, which the CPython side of a comparison does not do.  The same seed gives the
same program.
"""
from __future__ import annotations

import random

HEAD = '''"""Random program, seed {seed}."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default=0)
futures = []
tasks = []
handles = []
count = 0
ended = False


def note(*words):
    global count
    if ended:
        return
    count += 1
    if count > 400:
        raise SystemExit(3)
    task = asyncio.current_task() if asyncio._get_running_loop() is not None else None
    print(count, task.get_name() if task is not None else "-", task.cancelling() if task is not None else "-",
          var.get(), *words)


def show(error):
    if isinstance(error, BaseExceptionGroup):
        return f"{{type(error).__name__}}({{error.message}}: {{', '.join([show(e) for e in error.exceptions])}})"
    if isinstance(error, RecursionError):
        return "RecursionError"
    context = error.__context__
    return f"{{type(error).__name__}}{{error.args}}" + (f"<{{type(context).__name__}}" if context is not None else "")


def state(future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    error = future.exception()
    return show(error) if error is not None else repr(future.result())


def done(future):
    note("done", state(future))


def keep(task):
    tasks.append(task)
    return task


'''


class Writer:
    """Lines with indentation."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0

    def put(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)


class Program:
    """One program in the making."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.out = Writer()
        self.seed = seed
        self.functions = self.random.randint(2, 5)
        self.futures = self.random.randint(1, 3)
        self.eager = self.random.random() < 0.35
        self.marks = 0
        self.room = 60  # statements

    # -- small choices --

    def chance(self, likely: float) -> bool:
        return self.random.random() < likely

    def mark(self) -> int:
        self.marks += 1
        return self.marks

    def future(self) -> str:
        return f"futures[{self.random.randrange(self.futures)}]"

    def task(self) -> str:
        return f"tasks[{self.random.choice((-1, -1, -2, 0, 1))}]"

    def later(self, index: int) -> str | None:
        """A call of a function after this one."""
        if index + 1 >= self.functions:
            return None
        return f"f{self.random.randrange(index + 1, self.functions)}({self.random.randint(0, 3)})"

    def error(self) -> str:
        kinds = ["ValueError", "KeyError", "RuntimeError", "ZeroDivisionError", "ExceptionGroup"]
        kind = self.random.choices(kinds, [6, 3, 2, 2, 1])[0]
        if kind == "ExceptionGroup":
            return f'ExceptionGroup("g{self.mark()}", [ValueError({self.mark()}), TypeError({self.mark()})])'
        return f"{kind}({self.mark()})"

    # -- statements --

    def block(self, index: int, depth: int, in_group: str | None, loops: int = 0) -> None:
        self.out.depth += 1
        for _ in range(self.random.randint(1, 4 if depth < 3 else 2)):
            self.statement(index, depth, in_group, loops)
        self.out.depth -= 1

    def statement(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        self.room -= 1
        simple = [self.log, self.sleep_zero, self.sleep_zero, self.sleep, self.await_future, self.finish_future, self.spawn,
                  self.spawn, self.cancel_task, self.cancel_task, self.await_task, self.raise_error, self.set_var, self.call_soon,
                  self.call_later, self.cancel_handle, self.add_callback, self.cancel_self, self.uncancel, self.await_call,
                  self.remove_callback, self.leave]  # fmt: skip
        if in_group:
            simple += [self.group_spawn] * 6
        nested = [self.try_except, self.try_except, self.try_finally, self.try_star, self.group, self.group, self.loop,
                  self.generator, self.condition]  # fmt: skip
        if depth < 4 and self.room > 0 and self.chance(0.35):
            self.random.choice(nested)(index, depth, in_group, loops)
        else:
            self.random.choice(simple)(index, depth, in_group, loops)

    def log(self, *_: object) -> None:
        self.out.put(f"note('m{self.mark()}')")

    def sleep_zero(self, *_: object) -> None:
        self.out.put("await asyncio.sleep(0)")

    def sleep(self, *_: object) -> None:
        self.out.put(f"await asyncio.sleep({self.random.choice((0.5, 1, 1, 2, 3, -1))})")

    def await_future(self, *_: object) -> None:
        self.out.put(f"note('got', await {self.future()})")

    def finish_future(self, *_: object) -> None:
        future = self.future()
        act = self.random.choice((f"set_result({self.mark()})", f"set_exception({self.error()})", "cancel()", f"cancel('c{self.mark()}')"))
        self.out.put(f"if not {future}.done():")
        self.out.put(f"    {future}.{act}")

    def spawn(self, index: int, *_: object) -> None:
        call = self.later(index)
        if call is None:
            return self.log()
        name = f", name='n{self.mark()}'" if self.chance(0.4) else ""
        self.out.put(f"keep(asyncio.create_task({call}{name}))")

    def group_spawn(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        call = self.later(index)
        if call is None or in_group is None:
            return self.log()
        self.out.put(f"keep({in_group}.create_task({call}))")

    def cancel_task(self, *_: object) -> None:
        message = self.random.choice(("", "", f"'c{self.mark()}'"))
        self.out.put("if len(tasks) > 1:")
        self.out.put(f"    note('cancel', {self.task()}.cancel({message}))")

    def await_task(self, *_: object) -> None:
        self.out.put("if len(tasks) > 1:")
        self.out.put(f"    note('task gave', await {self.task()})")

    def await_call(self, index: int, *_: object) -> None:
        call = self.later(index)
        if call is None:
            return self.sleep_zero()
        self.out.put(f"note('call gave', await {call})")

    def raise_error(self, *_: object) -> None:
        if self.chance(0.15):
            self.out.put("raise asyncio.CancelledError('by hand')")
        else:
            self.out.put(f"raise {self.error()}")

    def set_var(self, *_: object) -> None:
        self.out.put(f"var.set({self.mark()})")

    def call_soon(self, *_: object) -> None:
        what = self.random.choice((f"note, 's{self.mark()}'", f"done, {self.future()}", "asyncio.current_task().cancel"))
        self.out.put(f"handles.append(asyncio.get_running_loop().call_soon({what}))")

    def call_later(self, *_: object) -> None:
        what = self.random.choice((f"note, 't{self.mark()}'", f"finish, {self.future()}, {self.mark()}", "asyncio.current_task().cancel"))
        self.out.put(f"handles.append(asyncio.get_running_loop().call_later({self.random.choice((0, 0.5, 1, 2))}, {what}))")

    def cancel_handle(self, *_: object) -> None:
        self.out.put("if handles:")
        self.out.put(f"    handles[{self.random.choice((0, -1))}].cancel()")

    def add_callback(self, *_: object) -> None:
        self.out.put(f"{self.random.choice((self.future(), 'tasks[-1]', 'tasks[0]'))}.add_done_callback(done)")

    def remove_callback(self, *_: object) -> None:
        self.out.put(f"note('removed', {self.future()}.remove_done_callback(done))")

    def cancel_self(self, *_: object) -> None:
        self.out.put("asyncio.current_task().cancel()")

    def uncancel(self, *_: object) -> None:
        self.out.put("note('uncancel', asyncio.current_task().uncancel())")

    def leave(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        if loops and self.chance(0.6):
            self.out.put(self.random.choice(("break", "continue")))
        else:
            self.out.put(f"return {self.mark()}")

    def try_except(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        self.out.put("try:")
        self.block(index, depth + 1, in_group, loops)
        kind = self.random.choice(("Exception", "asyncio.CancelledError", "BaseException", "(ValueError, KeyError)", "asyncio.CancelledError"))
        self.out.put(f"except {kind} as error:")
        self.out.put("    note('caught', show(error))")
        self.block(index, depth + 1, in_group, loops)
        if self.chance(0.3):
            self.out.put("    raise")
        if self.chance(0.2):
            self.out.put("else:")
            self.block(index, depth + 1, in_group, loops)

    def try_finally(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        self.out.put("try:")
        self.block(index, depth + 1, in_group, loops)
        self.out.put("finally:")
        self.out.put(f"    note('finally{self.mark()}')")
        if self.chance(0.4):
            self.out.put("    await asyncio.sleep(0)")

    def try_star(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        self.out.put("try:")
        self.block(index, depth + 1, in_group, loops)
        for kind in self.random.sample(["ValueError", "KeyError", "asyncio.CancelledError", "Exception"], self.random.randint(1, 2)):
            self.out.put(f"except* {kind} as error:")
            self.out.put("    note('star', show(error))")
            if self.chance(0.2):
                self.out.put(f"    raise {self.error()}")
            if self.chance(0.3):
                self.out.put("    await asyncio.sleep(0)")

    def group(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        name = f"g{self.mark()}"
        self.out.put(f"async with asyncio.TaskGroup() as {name}:")
        self.block(index, depth + 1, name, loops)
        self.out.put(f"note('left {name}')")

    def loop(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        self.out.put(f"for i{depth} in range({self.random.randint(1, 3)}):")
        self.block(index, depth + 1, in_group, loops + 1)

    def generator(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        self.out.put(f"async for item in items({self.random.randint(1, 3)}):")
        self.out.put("    note('item', item)")
        self.block(index, depth + 1, in_group, loops + 1)

    def condition(self, index: int, depth: int, in_group: str | None, loops: int) -> None:
        self.out.put(f"if {self.future()}.done() or n > {self.random.randint(0, 2)}:")
        self.block(index, depth + 1, in_group, loops)
        self.out.put("else:")
        self.block(index, depth + 1, in_group, loops)

    # -- the whole --

    def function(self, index: int) -> None:
        self.room = 40
        self.out.put(f"async def f{index}(n):")
        self.out.put(f"    note('f{index}', n)")
        self.block(index, 0, None)
        self.block(index, 0, None)
        self.out.put(f"    return 'r{self.mark()}'")
        self.out.put("")
        self.out.put("")

    def text(self) -> str:
        self.out.put("def finish(future, value):")
        self.out.put("    note('finish')")
        self.out.put("    if not future.done():")
        self.out.put("        future.set_result(value)")
        self.out.put("")
        self.out.put("")
        self.out.put("async def items(n):")
        self.out.put("    try:")
        self.out.put("        for i in range(n):")
        self.out.put(f"            {self.random.choice(('await asyncio.sleep(0)', 'await asyncio.sleep(1)', 'note(i)'))}")
        self.out.put("            yield i")
        self.out.put("    finally:")
        self.out.put("        note('items end')")
        self.out.put("")
        self.out.put("")
        for index in range(self.functions):
            self.function(index)
        self.out.put("async def main():")
        if self.eager:
            self.out.put("    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)")
        self.out.put("    tasks.append(asyncio.current_task())")
        self.out.put(f"    futures.extend([asyncio.get_running_loop().create_future() for _ in range({self.futures})])")
        self.out.put("    try:")
        for index in range(min(3, self.functions)):
            self.out.put(f"        keep(asyncio.create_task(f{index}({self.random.randint(0, 3)})))")
            if self.chance(0.4):
                self.out.put("        await asyncio.sleep(0)")
        for _ in range(self.random.randint(1, 4)):
            self.out.depth = 2
            self.random.choice([self.sleep, self.cancel_task, self.finish_future, self.sleep_zero])(0, 0, None, 0)
            self.out.depth = 0
        self.out.put("        await asyncio.sleep(50)")
        self.out.put("    finally:")
        self.out.put("        note('main ends', [state(task) for task in tasks[1:]], [state(future) for future in futures])")
        self.out.put("")
        self.out.put("")
        self.out.put("try:")
        self.out.put("    asyncio.run(main())")
        self.out.put("finally:")
        self.out.put("    ended = True")
        return HEAD.format(seed=self.seed) + "\n".join(self.out.lines) + "\n"


def program(seed: int) -> str:
    return Program(seed).text()
