"""TaskGroup: ends, errors, cancellations, what a program sees of it and does with it."""

import asyncio
import inspect
import sys
import warnings

from steps import fail, told, value


async def ends():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(value(number, number)) for number in range(3)]
        print(group, [task.done() for task in tasks])
        await asyncio.sleep(0)
        print(group)
    print(group, [task.result() for task in tasks])
    group = asyncio.TaskGroup()
    print(group, await group.__aenter__() is group, await group.__aexit__(None, None, None), group)


async def errors():
    for program in (
        lambda group: group.create_task(fail(ValueError("one"))),
        lambda group: (group.create_task(fail(ValueError("one"))), group.create_task(fail(KeyError("two")))),
        lambda group: (group.create_task(fail(ValueError("one"), 1)), fail_now(TypeError("body"))),
        lambda group: fail_now(TypeError("body")),
        lambda group: (group.create_task(value(1, 3)), fail_now(GeneratorExit())),
        lambda group: group.create_task(fail(asyncio.CancelledError("own"))),
    ):
        try:
            async with asyncio.TaskGroup() as group:
                program(group)
                await asyncio.sleep(0)
        except BaseException as error:
            print(told(error))
        print(group)


def fail_now(error):
    try:
        raise LookupError("before")
    except LookupError:
        raise error


async def cancels():
    async def inside(swallow):
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(value(1, 20), name="long")
                try:
                    await asyncio.sleep(5)
                except asyncio.CancelledError as error:
                    print("body", error.args, group)
                    if not swallow:
                        raise
        finally:
            print("left", asyncio.current_task().cancelling(), group)
        return "end"

    for swallow in (False, True):
        task = asyncio.create_task(inside(swallow))
        await value(None, 3)
        task.cancel("please")
        try:
            print(await task, task.cancelling())
        except asyncio.CancelledError as error:
            print(told(error), task.cancelled())


async def refusals():
    coro = value(1)
    group = asyncio.TaskGroup()
    try:
        group.create_task(coro)
    except RuntimeError as error:
        print(told(error), inspect.getcoroutinestate(coro))
    coro.close()
    try:
        await group.__aexit__(None, None, None)
    except BaseException as error:
        print(told(error)[:2])
    async with group:
        try:
            await group.__aenter__()
        except RuntimeError as error:
            print(told(error))
    try:
        group.create_task(coro := value(1))
    except RuntimeError as error:
        print(told(error), inspect.getcoroutinestate(coro))
    coro.close()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(ValueError()))
            await value(None, 2)
    except* ValueError:
        pass
    except* asyncio.CancelledError:
        print("cancelled")
    for arguments, named in (((), {}), ((1, 2), {}), ((value(1),), {"no": 1}), ((1,), {}), ((), {"coro": 5})):
        async with asyncio.TaskGroup() as group:
            try:
                group.create_task(*arguments, **named)
            except (TypeError, AttributeError) as error:
                print(told(error)[:2])
            except BaseException as error:
                print(told(error))
            for each in arguments:
                if inspect.iscoroutine(each):
                    each.close()
    try:
        asyncio.TaskGroup(1)
    except TypeError as error:
        print(error)


async def named():
    import contextvars

    variable = contextvars.ContextVar("variable")
    context = contextvars.copy_context()
    context.run(variable.set, "inner")

    async def look():
        return variable.get("nothing"), asyncio.current_task().get_name()

    async with asyncio.TaskGroup() as group:
        one = group.create_task(look(), name="one")
        two = group.create_task(look(), context=context, name="two")
        three = group.create_task(coro=look(), context=context, name=None)
        four = group.create_task(name="four", coro=look())
        print(one)
    print(one.result(), two.result(), three.result()[0], four.result())
    print(one.get_name(), three.get_name().startswith("Task-"), one)
    if sys.version_info >= (3, 14):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(look(), eager_start=True)
            print(task.done(), group)
        print(task.result()[0])


class Loud(asyncio.TaskGroup):
    def create_task(self, coro, **keywords):
        print("create", sorted(keywords))
        return super().create_task(coro, **keywords)

    async def __aenter__(self):
        print("enter")
        return await super().__aenter__()

    async def __aexit__(self, *what):
        print("exit", what[0])
        return await super().__aexit__(*what)


class Private(asyncio.TaskGroup):
    def _on_task_done(self, task):
        print("done", task.get_name(), len(self._tasks))
        super()._on_task_done(task)

    def _abort(self):
        print("abort", len(self._tasks))
        super()._abort()


async def subclasses():
    for kind in (Loud, Private):
        try:
            async with kind() as group:
                group.create_task(value(1), name="a")
                group.create_task(fail(ValueError("b"), 2), name="b")
                group.create_task(value(1, 9), name="c")
                print(group)
        except* ValueError as error:
            print(told(error))


async def looked_at():
    for turns in (0, 1, 9):
        async with asyncio.TaskGroup() as group:
            tasks = {group.create_task(value(number)) for number in range(3)}
            await value(None, turns)
            print(group._tasks <= tasks, len(group._tasks), group._errors, group._entered, group._exiting, group._aborting)
            print(group._parent_task is asyncio.current_task(), group._loop is asyncio.get_running_loop(), group._base_error, group)
            adopted = asyncio.create_task(value("adopted", 2))
            group._tasks.add(adopted)
            adopted.add_done_callback(group._on_task_done)
        print(adopted.done(), group._tasks, group, group._exiting)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(value(1, 5))
            group._abort()
            print(group)
    except BaseException as error:
        print(told(error))


async def cancel_method():
    if sys.version_info < (3, 15):
        return
    async with asyncio.TaskGroup() as group:
        group.create_task(value(1, 9))
        group.cancel()
        print(group)
        await asyncio.sleep(1)
    print(group, asyncio.current_task().cancelling())
    group = asyncio.TaskGroup()
    group.cancel()
    async with group:
        await asyncio.sleep(1)
    group.cancel()
    print(group)


async def foreign():
    loop = asyncio.get_running_loop()
    Python = asyncio.tasks._PyTask
    for kinds in ((Python,), (asyncio.Task, Python), (asyncio.Task, asyncio.Task, Python)):
        turns = iter(kinds * 9)
        loop.set_task_factory(lambda loop, coro, **keywords: next(turns)(coro, loop=loop, **keywords))
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(value(number, number)) for number in range(4)]
                tasks.append(group.create_task(fail(ValueError("foreign"), 3)))
                tasks.append(group.create_task(value(9, 9)))
                print(group)
        except* ValueError as error:
            print(told(error), [task.cancelled() for task in tasks])
        loop.set_task_factory(None)

    async def inside():
        async with asyncio.TaskGroup() as group:
            task = group.create_task(value("inside"))
        return task.result()

    try:
        print(await Python(inside(), loop=loop))
    except RuntimeError as error:
        print(error)


async def eager():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(value(number, number)) for number in range(3)]
            print(group, [task.done() for task in tasks])
            group.create_task(fail(ValueError("eager")))
            print(group)
            await value(None, 1)
    except* ValueError as error:
        print(told(error), [task.cancelled() for task in tasks])
    loop.set_task_factory(None)


async def orphans():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(sorted(context), context["message"].split(" ")[0], context.get("exception")))
    group = asyncio.TaskGroup()

    async def enter():
        await group.__aenter__()
        group.create_task(fail(ValueError("orphan"), 2))

    await asyncio.create_task(enter())
    await value(None, 5)
    loop.set_exception_handler(None)


def described():
    kind = asyncio.TaskGroup
    print(kind, kind.__module__, kind.__qualname__, kind.__doc__, inspect.signature(kind.create_task), inspect.signature(kind))
    print([inspect.iscoroutinefunction(getattr(kind, name)) for name in ("__aenter__", "__aexit__", "create_task", "_abort")])
    print(kind.create_task.__doc__, kind.__aenter__.__qualname__, kind[int] if hasattr(kind, "__class_getitem__") else "not generic")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        kind().__aenter__()
    print([str(each.message).splitlines()[::99] + str(each.message).splitlines()[-2:] for each in seen])


async def looks_at_the_group():
    """An eager child that asks for what only asyncio's own group has, while it is made."""
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)

    async def look(group):
        print("looked:", len(group._tasks))
        await value(1)

    async with asyncio.TaskGroup() as group:
        first = group.create_task(value(0, 3))
        second = group.create_task(look(group))
        print("made:", len(group._tasks), group._entered)
    loop.set_task_factory(None)
    print("ended:", first.done(), second.done())


async def main():
    described()
    for part in (ends, errors, cancels, refusals, named, subclasses, looked_at, cancel_method, foreign, eager, looks_at_the_group, orphans):
        print(f"---- {part.__name__}")
        await part()
