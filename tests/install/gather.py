"""gather and shield: outcomes, errors, cancellations, what a program sees of them and gives to them."""

import asyncio
import gc
import inspect

from steps import fail, told, value


async def attempt(awaitable):
    try:
        print("result", await awaitable)
    except BaseException as error:
        print("raised", told(error))


async def outcomes():
    loop = asyncio.get_running_loop()
    future, done = loop.create_future(), loop.create_future()
    done.set_result("done")
    outer = asyncio.gather(value(1), value(2, 3), future, done, future)
    print(outer, outer.get_loop() is loop, outer.done(), len(outer._children), outer._children[2] is future, outer._cancel_requested)
    print(type(outer).__name__, type(outer).__module__, isinstance(outer, asyncio.Future), isinstance(outer, asyncio.tasks._GatheringFuture))
    loop.call_soon(future.set_result, "later")
    await attempt(outer)
    print(outer)
    await attempt(asyncio.gather())
    await attempt(asyncio.gather(done))
    await attempt(asyncio.gather(done, done))
    coro = value("same")
    await attempt(asyncio.gather(coro, coro, value("other"), coro))
    coros = [value(number % 7) for number in range(20)]
    await attempt(asyncio.gather(*coros, *coros[::-1]))
    await attempt(asyncio.gather(asyncio.gather(value(1), value(2)), asyncio.gather(value(3)), asyncio.shield(value(4))))


async def errors():
    for return_exceptions in (False, True, 0, 1, None, []):
        await attempt(asyncio.gather(value(1), fail(ValueError("one"), 2), fail(KeyError("two"), 1), return_exceptions=return_exceptions))
        await attempt(asyncio.gather(fail(asyncio.CancelledError("own")), value(1), return_exceptions=return_exceptions))
    done = asyncio.get_running_loop().create_future()
    done.set_exception(ValueError("already"))
    await attempt(asyncio.gather(value(1), done))
    await attempt(asyncio.gather(done, value(1), return_exceptions=True))
    outer = asyncio.gather(fail(ValueError("twice")))
    await attempt(outer)
    await attempt(outer)
    print(told(outer.exception()))


async def cancels():
    for return_exceptions in (False, True):
        outer = asyncio.gather(value(1, 9), value(2, 9), return_exceptions=return_exceptions)
        await value(None, 2)
        print(outer.cancel("why"), outer, outer._cancel_requested, outer.cancel("again"))
        await attempt(outer)
        print(outer, outer.cancel(), outer.cancelled())
        tasks = [asyncio.create_task(value(number, 5)) for number in range(2)]
        outer = asyncio.gather(*tasks, return_exceptions=return_exceptions)
        await asyncio.sleep(0)
        tasks[0].cancel("one")
        await attempt(outer)
        print(tasks[1].done(), await tasks[1])

    async def inside():
        try:
            await asyncio.gather(value(1, 9), fail(ValueError(), 9))
        finally:
            print("inside", asyncio.current_task().cancelling())

    task = asyncio.create_task(inside())
    await value(None, 3)
    task.cancel("inside")
    await attempt(task)


async def seen():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    outer = asyncio.gather(future)
    shielded = asyncio.shield(future)
    print(future)
    print(shielded, type(shielded) is asyncio.Future, shielded.get_loop() is loop)
    outer.add_done_callback(lambda outer: print("callback", outer))
    outer.note = "attribute"
    print(outer, outer.note, outer._callbacks[0][0].__name__)
    future.set_result(None)
    await outer
    await asyncio.sleep(0)
    print(inspect.signature(asyncio.gather), inspect.signature(asyncio.shield), asyncio.gather.__doc__ == asyncio.tasks.gather.__doc__)
    print(inspect.iscoroutinefunction(asyncio.gather), asyncio.gather.__module__, asyncio.shield.__qualname__)


async def lost():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(sorted(set(context) - {"source_traceback"}), context["message"], context.get("exception")))
    outer = asyncio.gather(fail(ValueError("lost")))
    await value(None, 4)
    print(outer)
    outer = None
    gc.collect()
    outer = asyncio.gather(fail(ValueError("late"), 1), fail(ValueError("later"), 3))
    await attempt(outer)
    await value(None, 4)
    outer = asyncio.gather(loop.create_future(), value(1))
    outer = None
    gc.collect()
    await value(None, 4)
    shielded = asyncio.shield(fail(ValueError("shielded"), 2))
    shielded.cancel()
    await attempt(shielded)
    await value(None, 4)
    shielded = None
    gc.collect()
    loop.set_exception_handler(None)


async def wrong():
    other = asyncio.new_event_loop()
    strange, own = other.create_future(), asyncio.get_running_loop().create_future()
    class Unhashable:
        __hash__ = None
        def __await__(self):
            yield

    class Awaitable:
        def __await__(self):
            return value("awaitable").__await__()

    for arguments in ((strange, own), (own, strange), (strange, strange), (5,), (value(1), None), (Unhashable(),)):
        for function in (asyncio.gather, asyncio.shield):
            try:
                made = function(*arguments)
                print(function.__name__, made is arguments[0], made.get_loop() is other)
            except (TypeError, ValueError) as error:
                print(function.__name__, type(error).__name__, error)
        for each in arguments:
            if inspect.iscoroutine(each):
                each.close()
    for named in ({"no": 1}, {"return_exceptions": True, "loop": None}):
        try:
            asyncio.gather(**named)
        except TypeError as error:
            print(error)
    await attempt(asyncio.gather(Awaitable(), value(1)))
    await attempt(asyncio.shield(Awaitable()))
    other.close()
    closed = asyncio.new_event_loop()
    try:
        coro = value(1)
        asyncio.gather(coro, closed.create_future())
    except ValueError as error:
        print(error)
    closed.close()


def outside():
    for function in (asyncio.gather, asyncio.shield):
        coro = value(1)
        try:
            function(coro)
        except BaseException as error:
            print(told(error)[:2])
        coro.close()


async def foreign():
    loop = asyncio.get_running_loop()
    Python = asyncio.tasks._PyTask

    class Child(asyncio.Task):
        pass

    class Cancels(asyncio.Task):
        def cancel(self, msg=None):
            print("cancel", msg)
            return super().cancel(msg)

    class Adds(asyncio.Task):
        def add_done_callback(self, function, *, context=None):
            print("add", function.__qualname__)
            return super().add_done_callback(function, context=context)

    for kinds in ((Python,), (asyncio.Task, Python), (Child,), (Cancels,), (Adds, Child), (Child, Adds, asyncio.Task)):
        turns = iter(kinds * 9)
        loop.set_task_factory(lambda loop, coro, **keywords: next(turns)(coro, loop=loop, **keywords))
        coro = value("twice")
        outer = asyncio.gather(value(1), coro, value(2, 2), coro, value(3))
        loop.set_task_factory(None)
        print([type(child).__name__ for child in outer._children], [child._log_destroy_pending for child in outer._children])
        await attempt(outer)
        turns = iter(kinds * 9)
        loop.set_task_factory(lambda loop, coro, **keywords: next(turns)(coro, loop=loop, **keywords))
        outer = asyncio.gather(value(1, 5), value(2, 5))
        shielded = asyncio.shield(value(3, 3))
        loop.set_task_factory(None)
        outer.cancel("all")
        await attempt(outer)
        await attempt(shielded)

    def refuse(loop, coro, **keywords):
        raise RuntimeError("refused")

    loop.set_task_factory(refuse)
    for function in (asyncio.gather, asyncio.shield):
        coro = value(1)
        try:
            function(coro)
        except RuntimeError as error:
            print(told(error), inspect.getcoroutinestate(coro))
    loop.set_task_factory(None)


async def eager():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    outer = asyncio.gather(value(1, 0), value(2, 0))
    print(outer)
    await attempt(outer)
    outer = asyncio.gather(value(1, 0), fail(ValueError("eager")), value(2, 1))
    print(outer)
    await attempt(outer)
    future = loop.create_future()

    async def sets():
        future.add_done_callback(lambda future: print("mine"))
        future.set_result("by a child")

    outer = asyncio.gather(future, sets(), future)
    print(outer, future)
    await attempt(outer)
    print(await asyncio.shield(value("at once", 0)))
    loop.set_task_factory(None)


async def shields():
    inner = asyncio.create_task(value("inner", 4))
    outer = asyncio.shield(inner)
    await asyncio.sleep(0)
    print(outer.cancel("outer"), outer, inner.done())
    await attempt(outer)
    print(await inner, asyncio.shield(inner) is inner)
    await attempt(asyncio.shield(fail(ValueError("inner"), 1)))
    inner = asyncio.create_task(value("inner", 4))
    outer = asyncio.shield(inner)
    inner.cancel("from inside")
    await attempt(outer)
    print(outer.cancelled())

    async def inside():
        await asyncio.shield(value(1, 5))

    task = asyncio.create_task(inside())
    await value(None, 2)
    task.cancel("task")
    await attempt(task)


async def main():
    for part in (outcomes, errors, cancels, seen, lost, wrong, foreign, eager, shields):
        print(f"---- {part.__name__}")
        await part()
    await asyncio.to_thread(outside)
