"""A cancellation from outside wins over the timeout, in either order, and keeps its message."""
import asyncio


async def work(tag):
    try:
        async with asyncio.timeout(1) as limit:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                await asyncio.sleep(0)
                raise
    finally:
        print(tag, limit, limit.expired(), asyncio.current_task().cancelling())


async def show(tag, task):
    try:
        await task
    except BaseException as error:
        print(tag, repr(error), task.cancelled())


async def main():
    loop = asyncio.get_running_loop()
    first = asyncio.create_task(work("before"))
    loop.call_later(0.5, first.cancel, "outside")
    await show("before", first)
    same = asyncio.create_task(work("same turn, after"))
    await asyncio.sleep(0)
    loop.call_at(loop.time() + 1, same.cancel, "outside")
    await show("same turn, after", same)
    same = asyncio.create_task(work("same turn, before"))
    loop.call_at(loop.time() + 1, same.cancel, "outside")
    await show("same turn, before", same)


asyncio.run(main())
