"""Children of a TaskGroup, and of gather, that end in their eager first step: what a program can see of them until they are told of.

aiocore keeps no task that nobody looks at; whoever looks has to find what asyncio has.
"""

import asyncio
import contextvars
import gc
import sys
import weakref

from steps import fail, told, value

VARIABLE = contextvars.ContextVar("variable", default=None)


class Noisy:
    """Says when it goes."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


async def leaf(result=None):
    return result


async def tick():
    await asyncio.sleep(0)


def names(group):
    return sorted(task.get_name() for task in group._tasks)


def shown(tasks):
    """3.12 crashes when it is asked for the coroutine of one that has ended so."""
    return sorted(
        (task.get_name(), task.done(), task.result(), task._callbacks, task.cancelling(), sys.version_info < (3, 13) or str(task.get_coro())[:16])
        for task in tasks
    )


def trips(loop):
    """How many callbacks are on their way; whose they are, on aiocore's loop, is in tests/cpython_loop.py."""
    return len(loop._ready)


async def counts():
    """The list of what is ready, the group's own set, its repr, and how many turns it takes."""
    loop, turns = asyncio.get_running_loop(), []

    def count():
        turns.append(len(turns))
        loop.call_soon(count)

    count()
    group = asyncio.TaskGroup()
    await group.__aenter__()
    for _ in range(3):
        group.create_task(leaf())
    print(group, len(loop._ready), trips(loop))
    for _ in range(2):
        group.create_task(leaf())
    group.create_task(leaf(), name="given")
    group.create_task(leaf())
    print(group, len(loop._ready), trips(loop))
    loop.call_soon(lambda: print("between", group))
    for _ in range(2):
        group.create_task(leaf())
    print(group, len(loop._ready), trips(loop), trips(loop) == trips(loop))
    await tick()
    print(group, len(loop._ready), len(turns))
    for _ in range(4):
        group.create_task(leaf())
    print(shown(group._tasks), group)
    for _ in range(3):
        group.create_task(leaf())
    print(shown(group._tasks), group)
    turns.clear()
    await group.__aexit__(None, None, None)
    print(group, len(turns))
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(leaf())
        turns.clear()
    print(group, len(turns))
    count_no_more = loop._ready
    count_no_more.clear()
    loop.call_soon(print, "on")
    await tick()


async def orders():
    """Callbacks, and other groups, between the children."""
    loop, seen = asyncio.get_running_loop(), []
    async with asyncio.TaskGroup() as outer, asyncio.TaskGroup() as inner:
        for number in range(3):
            outer.create_task(leaf())
            inner.create_task(leaf())
            loop.call_soon(seen.append, number)
        print(trips(loop), outer, inner)
        task = outer.create_task(leaf(7))
        task.add_done_callback(lambda done: seen.append(done.result()))
        outer.create_task(leaf())
        loop.call_soon(lambda: seen.append(str(outer)))
        outer.create_task(value("later", 2))
        inner.create_task(leaf())
        await tick()
        print(seen, outer, inner)
    print(seen, outer, inner)


async def kept():
    """Tasks that somebody has."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(leaf()) for _ in range(4)]
        group.create_task(leaf())
        again = group.create_task(leaf())
        del tasks[1], tasks[1]
        print(trips(loop), shown(tasks), again.done(), again.cancel(), again.cancelling())
        del again
        print([task in group._tasks for task in tasks], len(group._tasks))
    print(shown(tasks), group)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(leaf()) for _ in range(6)]
        tasks.reverse()
        while tasks:
            tasks.pop()
        print(trips(loop), group)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(leaf()) for _ in range(6)]
        while tasks:
            tasks.pop()
        print(trips(loop), group)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(leaf())
        await tick()
        print(group, task.done())
        await task


async def references():
    """Weak references and attributes, which last as long as the task."""
    async with asyncio.TaskGroup() as group:
        group.create_task(leaf())
        task = group.create_task(leaf())
        reference = weakref.ref(task, lambda _: print("task gone"))
        del task
        gc.collect()
        group.create_task(leaf())
        print(reference() is not None, trips(asyncio.get_running_loop()))
        await tick()
        print(reference() is not None)
    async with asyncio.TaskGroup() as group:
        group.create_task(leaf())
        task = group.create_task(leaf())
        task.attribute = Noisy("attribute")
        task.itself = task
        del task
        gc.collect()
        print("still there")
        await tick()
        gc.collect()
    async with asyncio.TaskGroup() as group:
        group.create_task(leaf(Noisy("result")))
        group.create_task(leaf(Noisy("next result")))
        group.create_task(leaf([1]))
        result = group.create_task(leaf([2])).result()
        result.append(group.create_task(leaf(result)))
        reference = weakref.ref(result[-1])
        del result
        gc.collect()
        print("results are there", reference() is not None, group)
        await tick()
        print(group)


async def contexts():
    """What a context keeps alive."""

    async def sets():
        VARIABLE.set(Noisy("set by the child"))

    async with asyncio.TaskGroup() as group:
        group.create_task(leaf())
        group.create_task(sets())
        group.create_task(leaf())
        print("child has set", group)
        await tick()
    async with asyncio.TaskGroup() as group:
        VARIABLE.set(Noisy("of the parent"))
        group.create_task(leaf())
        group.create_task(leaf())
        VARIABLE.set(None)
        group.create_task(leaf())
        print("parent has forgotten", group)
        await tick()
        print("after")
    found = []

    async def keeps():
        found.append(asyncio.current_task().get_context())

    async with asyncio.TaskGroup() as group:
        VARIABLE.set(1)
        for _ in range(3):
            group.create_task(leaf())
        group.create_task(keeps())
        group.create_task(leaf(), context=contextvars.copy_context())
        group.create_task(leaf(), context=found[0])
        VARIABLE.set(2)
        group.create_task(leaf())
        values = sorted(task.get_context()[VARIABLE] for task in group._tasks)
        print(values, sum(task.get_context() is found[0] for task in group._tasks))
        distinct = {id(task.get_context()) for task in group._tasks}
        print(len(distinct))
        VARIABLE.set(None)


async def identities():
    """The child itself has kept the task."""
    found = []

    async def keeps():
        found.append(asyncio.current_task())

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(keeps())
        print(all(task in group._tasks for task in found), shown(found))
    print(shown(found))
    found.clear()
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(keeps())
            found.clear()
            group.create_task(leaf())
        print(names(group))


def add(group, coro):
    """Before gh-128550 one that fails aborts the group at once."""
    try:
        group.create_task(coro)
    except RuntimeError as error:
        print(error)
        coro.close()


async def cancels():
    """A group that is aborted between its children."""
    for when in range(3):
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(3):
                    add(group, leaf())
                    if when == number:
                        add(group, fail(ValueError(number)))
                add(group, value(1, 9))
                print(group, len(group._tasks) if when == 1 else "")
                await value(None, 5)
        except* ValueError as error:
            print(told(error))
        print(group)

    async def cancelled():
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(leaf())
            asyncio.current_task().cancel()
            for _ in range(3):
                group.create_task(leaf())
        print("never")

    task = asyncio.create_task(cancelled())
    try:
        await task
    except asyncio.CancelledError as error:
        print(told(error))

    async def asks():
        task = asyncio.current_task()
        task.cancel("asked")
        print(task.uncancel())

    async def swallows():
        task = asyncio.current_task()
        task.cancel("asked")
        try:
            await tick()
        except asyncio.CancelledError:
            pass

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(leaf())
            group.create_task(asks())
            group.create_task(leaf())
            group.create_task(swallows())
            print(len(asyncio.get_running_loop()._ready), group)
    except BaseException as error:
        print(told(error))


async def ends():
    """The group, or who runs it, goes before the children are told."""

    async def leaves():
        group = asyncio.TaskGroup()
        await group.__aenter__()
        for _ in range(3):
            group.create_task(leaf())
        return weakref.ref(group)

    reference = await asyncio.create_task(leaves())
    print(reference() is None)
    await tick()
    gc.collect()
    print(reference() is None)

    loop = asyncio.get_running_loop()
    group = asyncio.TaskGroup()
    await group.__aenter__()
    for _ in range(3):
        group.create_task(leaf())
    loop._ready.clear()
    loop.call_soon(print, "dropped")
    await tick()
    print(group)
    del group
    gc.collect()


async def numbers():
    """Names count on, whoever is folded."""
    group = asyncio.TaskGroup()

    async def nests(depth):
        if depth:
            group.create_task(nests(depth - 1))
            group.create_task(nests(depth - 1))

    async with group:
        group.create_task(nests(3))
        print(trips(asyncio.get_running_loop()), group)
    task = asyncio.create_task(leaf())
    print(task.get_name())
    await task
    for result in (None, 1, "text", 2.5, (1, 2), 10**20):
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(leaf(result))
            print(shown(group._tasks))


class Task(asyncio.Task):
    """A program's."""


async def classes():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.create_eager_task_factory(Task))
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(leaf())
        print(trips(loop), group, {type(task).__name__ for task in group._tasks})
    loop.set_task_factory(asyncio.eager_task_factory)


async def gathered():
    """Children of gather that have ended at once."""
    loop, found = asyncio.get_running_loop(), []

    async def keeps(result=None):
        found.append(asyncio.current_task())
        return result

    future = asyncio.gather(*[leaf(number) for number in range(4)])
    print(type(future).__name__, future.done(), future.result())
    print(shown(future._children), [child.get_name() for child in future._children], future._children == future._children)
    print(await future, asyncio.create_task(leaf()).get_name())
    future = asyncio.gather(leaf(1), value(2), keeps(3), value(4, 2), leaf(5), return_exceptions=True)
    print(future.done(), [child.done() for child in future._children], found[0] in future._children)
    print(len(loop._ready), future.cancel(), [child.cancelled() for child in future._children])
    try:
        print(await future)
    except asyncio.CancelledError as error:
        print(told(error))
    for how in (False, True):
        future = asyncio.gather(leaf(1), fail(ValueError("at once")), leaf("a result"), return_exceptions=how)
        print(future.done(), len(future._children))
        try:
            print(type(await future))
        except ValueError as error:
            print(told(error))
        del future
    future = asyncio.gather(leaf(Noisy("of gather")), leaf())
    print(len(await future))
    del future
    print("no more gather")

    async def sets():
        VARIABLE.set(Noisy("set by a gathered child"))

    future = asyncio.gather(sets(), leaf(), sets())
    print([child.get_context().get(VARIABLE) is not None for child in future._children])
    await future
    del future
    VARIABLE.set(Noisy("of who gathers"))
    future = asyncio.gather(leaf(), leaf())
    VARIABLE.set(None)
    print("gathered")
    await future
    del future
    reference = []

    async def refers():
        reference.append(weakref.ref(asyncio.current_task(), lambda _: print("task gone")))

    future = asyncio.gather(refers(), leaf())
    print(reference[0]() is future._children[0])
    await future
    del future
    gc.collect()
    print(reference[0]() is None)
    coro = leaf("twice")
    print(await asyncio.gather(coro, leaf(), coro))
    print(await asyncio.gather(*[leaf(number) for number in range(20)]))

    async def cancelled():
        raise asyncio.CancelledError("own")

    for how in (False, True):
        try:
            print([repr(each) for each in await asyncio.gather(leaf(1), cancelled(), leaf(2), return_exceptions=how)])
        except asyncio.CancelledError as error:
            print(told(error))

    async def factory_changes():
        loop.set_task_factory(lambda loop, coro, **named: Task(coro, loop=loop, **named))

    print(await asyncio.gather(leaf(1), factory_changes(), leaf(3)))
    loop.set_task_factory(asyncio.eager_task_factory)
    waiting = asyncio.gather(leaf(1), value(2, 3))
    print(waiting._children, len(waiting._children))
    print(await waiting, shown(waiting._children))


async def after_others():
    """Children of gather that come after one that has ended at once, and do what that one has not."""
    loop, kept = asyncio.get_running_loop(), []
    run = asyncio.current_task()

    async def looks():
        task = asyncio.current_task()
        print(task.get_name()[:5], task._log_destroy_pending, task.cancelling(), task.done(), task._callbacks, VARIABLE.get())
        print(len(asyncio.all_tasks()), task in asyncio.all_tasks(), task is run, str(task.get_coro())[:25], task.get_context().get(VARIABLE))
        VARIABLE.set(VARIABLE.get() + 1)

    async def keeps(what):
        kept.append(what(asyncio.current_task()))

    async def asks():
        asyncio.current_task().cancel("asked")

    async def exits():
        raise SystemExit("out of a child")

    async def named():
        asyncio.current_task().set_name("named")

    async def hides():
        asyncio._unregister_task(asyncio.current_task())
        print(len(asyncio.all_tasks()))

    async def gathers():
        return await asyncio.gather(leaf(1), leaf(2), does(kept.clear), leaf(3))

    async def hears():
        asyncio.current_task().add_done_callback(lambda task: print("heard", task.result()))
        return "heard of"

    async def does(function, *arguments):
        return function(*arguments)

    VARIABLE.set(1)
    outer = asyncio.gather(leaf(), looks(), looks(), leaf(), looks())
    print([child.get_context()[VARIABLE] for child in outer._children], VARIABLE.get())
    numbers = [int(child.get_name()[5:] or 0) for child in outer._children]  # in 3.13 each is named None
    print([number - numbers[0] for number in numbers])
    for what in (lambda task: task, weakref.ref, lambda task: task.get_context(), lambda task: task.get_coro()):
        outer = asyncio.gather(leaf(1), keeps(what), leaf(2), leaf(3))
        print(await outer, len(kept), [child.get_context()[VARIABLE] for child in outer._children])
        print(kept[-1] is outer._children[1], len(set(outer._children)), len({id(child.get_context()) for child in outer._children}))
        kept.pop()
    quiet = () if loop.get_debug() else (exits,)  # who made it is said of one that fails so
    hidden = (hides,) if sys.version_info >= (3, 14) else ()  # before that it is in another set, and is shown
    for child in (asks, *quiet, named, *hidden, gathers, hears, tick):
        try:
            outer = asyncio.gather(leaf(1), child(), return_exceptions=True)
            print(child.__name__, outer.done(), [name if (name := each.get_name()) == "named" else each.done() for each in outer._children])
            print([told(each) if isinstance(each, BaseException) else each for each in await outer])
        except SystemExit as error:
            print(told(error))
    outer = asyncio.gather(leaf(Noisy("first")), leaf(Noisy("second")), does(print, "third"), leaf(Noisy("fourth")))
    print("gathered", len(outer._children))
    del outer
    own, asyncio.tasks.Task = asyncio.tasks.Task, asyncio.tasks.Task

    class Other(asyncio.Task):
        """Of a program's."""

    changes = [
        (loop.set_task_factory, (None,), (asyncio.eager_task_factory,)),
        (loop.set_debug, (True,), (False,)),
        (setattr, (loop, "get_debug", lambda: False), (loop, "get_debug", type(loop).get_debug.__get__(loop))),
        (setattr, (asyncio.tasks, "Task", Other), (asyncio.tasks, "Task", own)),
        (VARIABLE.set, (7,), (8,)),
    ]
    for function, there, back in changes:
        changing, changing_back = does(function, *there), does(function, *back)
        outer = asyncio.gather(leaf(1), leaf(2), changing, leaf(3), keeps(lambda task: type(task).__name__), changing_back, leaf(4))
        print(outer.done(), [type(child).__name__ for child in outer._children])
        print([each for each in await outer if type(each) is int], VARIABLE.get(), kept.pop())


async def deep():
    """Eager children of eager children: the stack has an end."""

    async def nest(depth):
        if depth:
            async with asyncio.TaskGroup() as group:
                group.create_task(nest(depth - 1))

    await nest(60)
    print("deep")


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    gc.disable()
    for program in (counts, orders, kept, references, contexts, identities, cancels, ends, numbers, classes, gathered, after_others, deep):
        print("---", program.__name__)
        await program()
    print(sorted(task.get_name() for task in asyncio.all_tasks()))
