"""The fixed parts of programs: what every one begins with, and helpers that only those have that use them."""
from __future__ import annotations

HEAD = '''"""Random program, seed {seed}."""
{requires}import asyncio
import contextvars
{imports}
var = contextvars.ContextVar("var", default=0)
tasks = []
ranks = []
futures = []
handles = []
kept = []
count = 0
ended = False


def note(mark, *words):
    """Prints a mark, the task that runs, how often it was asked to cancel, the context variable, the time, and more."""
    global count, ended
    if asyncio._get_running_loop() is not None:
        kept.append(asyncio.current_task())  # a pending one of a closed loop is freed at any time, and may do things then
    if ended:
        return
    count += 1
    if count > {most}:
        ended = True
        raise SystemExit(3)
    if asyncio._get_running_loop() is None:
        print(mark, "-", *[plain(word) for word in words])
        return
    task = asyncio.current_task()
    who = "- -" if task is None else f"{{task.get_name()}} {{task.cancelling()}}"
    print(mark, who, var.get(), asyncio.get_running_loop().time(), *[plain(word) for word in words])


def show(error):
    if isinstance(error, BaseExceptionGroup):
        return f"{{type(error).__name__}}({{error.message}}: {{', '.join([show(e) for e in error.exceptions])}})"
    words = ", ".join([str(word).split(" <")[0].split(" at ")[0] for word in error.args])
    cause, context = error.__cause__, error.__context__
    how, other = ("from", cause) if cause is not None else ("in", context)
    tail = f" {{how}} {{type(other).__name__}}" if other is not None else ""
    return f"{{type(error).__name__}}({{words}}){{tail}}"


def plain(value):
    """What may be printed of a value: no error whose words have an address in them."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return show(value) if isinstance(value, BaseException) else value


def state(future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    error = future.exception()
    return show(error) if error is not None else repr(plain(future.result()))
'''

LISTS = ("contexts", "groups", "generators", "locks", "events", "conditions", "semaphores", "barriers", "queues",
         "sources")  # fmt: skip

HELPERS = {
    "task": '''
def task(index):
    return tasks[index % len(tasks)]
''',
    "source": '''
def source(index):
    """A future of another thread."""
    if not sources:
        sources.append(concurrent.futures.Future())
    return sources[index % len(sources)]
''',
    "graph": '''
def graph(call):
    """Whom a call graph shows: the functions that are on the way, and who waits."""
    if call is None:
        return None
    names = [entry.frame.f_code.co_name for entry in call.call_stack]
    return [names, sorted([graph(other) for other in call.awaited_by], key=repr)]
''',
    "later": '''
def later(rank, index):
    """A task that waits for none of this rank: nobody waits in a circle."""
    found = [task for task, its in zip(tasks, ranks) if its > rank]
    return found[index % len(found)] if found else futures[0]
''',
    "keep": '''
def keep(task, rank):
    tasks.append(task)
    ranks.append(rank)
    return task
''',
    "done": '''
def done(future):
    note(0, "done", state(future))
''',
    "finish": '''
def finish(future, value):
    note(value, "finish")
    if not future.done():
        future.set_result(value)
''',
    "fail": '''
def fail(mark):
    note(mark, "fail")
    raise ValueError(mark)
''',
    "Halt": '''
class Halt(BaseException):
    pass
''',
    "OwnTask": '''
class OwnTask(asyncio.Task):
    def cancel(self, msg=None):
        if count < 200:  # what a cancel raises makes a SystemError of an eager start, before 3.14
            note(0, "cancel of", self.get_name())
        return super().cancel(msg)
''',
    "OwnFuture": '''
class OwnFuture(asyncio.Future):
    def set_result(self, value):
        note(0, "own result")
        super().set_result(value)

    def cancel(self, msg=None):
        note(0, "own cancel")
        return super().cancel(msg)
''',
    "Guard": '''
class Guard:
    def __init__(self, mark, swallows=()):
        self.mark = mark
        self.swallows = swallows

    def __enter__(self):
        note(self.mark, "enter")
        return self

    def __exit__(self, kind, error, traceback):
        note(self.mark, "exit", show(error) if error is not None else None)
        return isinstance(error, self.swallows)
''',
    "AsyncGuard": '''
class AsyncGuard:
    def __init__(self, mark, swallows=()):
        self.mark = mark
        self.swallows = swallows

    async def __aenter__(self):
        await asyncio.sleep(0)
        note(self.mark, "enter")
        return self

    async def __aexit__(self, kind, error, traceback):
        note(self.mark, "exit", show(error) if error is not None else None)
        await asyncio.sleep(0)
        return isinstance(error, self.swallows)
''',
    "items": '''
async def items(n):
    try:
        for i in range(n):
            {pause}
            yield i
    finally:
        note(0, "items end")
        {cleanup}
''',
    "Relay": '''
class Relay:
    def __init__(self, inner):
        self.inner = inner

    def __await__(self):
        try:
            return (yield from self.inner.__await__())
        finally:
            note(0, "relay end")
''',
    "Turns": '''
class Turns:
    def __init__(self, count):
        self.count = count

    def __await__(self):
        for _ in range(self.count):
            yield
        return self.count
''',
    "Steps": '''
class Steps:
    def __init__(self, count):
        self.count = count

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self.count == 0:
            raise StopIteration("stepped")
        self.count -= 1
        return None
''',
    "Bad": '''
class Bad:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)
''',
    "Chain": '''
def chain(inner, depth):
    if depth:
        return (yield from chain(inner, depth - 1))
    yield
    return (yield from inner.__await__())


class Chain:
    def __init__(self, inner, depth):
        self.inner = inner
        self.depth = depth

    def __await__(self):
        return chain(self.inner, self.depth)
''',
    "handler": '''
def handler(loop, context):
    error = context.get("exception")
    message = context["message"].split(" <")[0].split(" at ")[0].split("(")[0]
    if "never retrieved" in message or "was destroyed" in message:  # when something is freed
        return
    note(0, "handler", message, show(error) if error is not None else None)
''',
    "factory": '''
def factory(loop, coro, **keywords):
    note(0, "factory", sorted([word for word in keywords if keywords[word] is not None]))
    return {kind}(coro, loop=loop, **keywords)
''',
}  # fmt: skip


def helpers(used: set[str], pause: str, cleanup: str, kind: str) -> list[str]:
    """The texts of the helpers that are used, in the order of the table."""
    filled = (HELPERS[name].format(pause=pause, cleanup=cleanup, kind=kind) if name in ("items", "factory") else HELPERS[name]
              for name in HELPERS if name in used)  # fmt: skip
    return [f"\n{text}" for text in filled]
