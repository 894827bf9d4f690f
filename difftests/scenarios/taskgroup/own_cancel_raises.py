"""A cancel of the program's own that raises leaves the abort of its group: the exit, the callback of a child, the parent."""
import asyncio


class Stubborn(asyncio.Task):
    """Cancelling it raises, until it is allowed."""

    allowed = False

    def cancel(self, msg=None):
        print("cancel", self.get_name(), self.allowed)
        if self.allowed:
            return super().cancel()
        raise ValueError(self.get_name())


made = []


def factory(loop, coro, **keywords):
    task = Stubborn(coro, loop=loop, **keywords)
    made.append(task)
    return task


def allow():
    for task in made:
        task.allowed = True
        task.cancel()


async def sleep():
    try:
        await asyncio.sleep(10)
    finally:
        print("sleeper", asyncio.current_task().get_name(), "ends")


async def fail():
    raise KeyError("child")


async def by_the_body():
    async with asyncio.TaskGroup() as group:
        group.create_task(sleep(), name="first")
        group.create_task(sleep(), name="second")
        await asyncio.sleep(0)
        raise LookupError("body")


async def by_a_child():
    async with asyncio.TaskGroup() as group:
        group.create_task(sleep(), name="third")
        group.create_task(fail(), name="fails")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, report: print("handler", type(report["exception"]).__name__, report["message"]))
    loop.set_task_factory(factory)
    try:
        await by_the_body()
    except BaseException as error:
        print("the exit raises", repr(error))
    print("cancelling", asyncio.current_task().cancelling())
    allow()
    await asyncio.sleep(1)
    del made[:]
    loop.call_later(1, allow)
    try:
        await by_a_child()
    except BaseException as error:
        print("by a child", repr(error), asyncio.current_task().cancelling())
    loop.set_task_factory(None)
    task = asyncio.create_task(outer())
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except BaseException as error:
        print("outer", repr(error))
    allow()
    await asyncio.sleep(1)


async def outer():
    loop = asyncio.get_running_loop()
    del made[:]
    loop.set_task_factory(factory)
    async with asyncio.TaskGroup() as group:
        group.create_task(sleep(), name="fourth")
        loop.set_task_factory(None)


asyncio.run(main())
