"""A cancel() of one's own, of a task or a future: whoever awaits it and whichever group has it asks that method."""
import asyncio


class LoudTask(asyncio.Task):
    def cancel(self, msg=None):
        print("cancel of", self.get_name(), repr(msg))
        return super().cancel(msg)


class DeafTask(asyncio.Task):
    def cancel(self, msg=None):
        print("deaf", self.get_name())
        return False


class SlyFuture(asyncio.Future):
    """Says that it was cancelled, and gets a result all the same."""

    def cancel(self, msg=None):
        print("sly", repr(msg))
        return True


async def nap(seconds):
    await asyncio.sleep(seconds)
    return "slept"


async def await_it(awaited, first=None):
    if first is not None:
        asyncio.current_task().cancel(first)
    try:
        print("got", await awaited)
        await asyncio.sleep(0)
        print("nothing else came")
    except asyncio.CancelledError as error:
        print("cancelled", repr(error), asyncio.current_task().cancelling())


async def awaited_task(kind):
    print(kind.__name__)
    inner = kind(nap(1), name="inner")
    outer = asyncio.create_task(await_it(inner))
    await asyncio.sleep(0.5)
    print(outer.cancel("outer"))
    await outer
    print(inner.done(), inner.cancelling())


async def sly_future(first):
    future = SlyFuture()
    task = asyncio.create_task(await_it(future, first))
    await asyncio.sleep(0)
    if first is None:
        print(task.cancel("while it waits"))
    await asyncio.sleep(0)
    future.set_result("a result")
    await task


async def in_group():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, coro, **keywords: LoudTask(coro, loop=loop, **keywords))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(nap(5)).set_name("a")
            group.create_task(nap(5)).set_name("b")
            await asyncio.sleep(1)
            raise ValueError("body")
    except* ValueError as errors:
        print(errors.exceptions)
    loop.set_task_factory(None)


async def main():
    await awaited_task(asyncio.Task)
    await awaited_task(LoudTask)
    await awaited_task(DeafTask)
    await sly_future(None)
    await sly_future("before it waits")
    await in_group()


asyncio.run(main())
