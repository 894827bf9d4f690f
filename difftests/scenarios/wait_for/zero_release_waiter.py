"""The callback that wakes wait_for(..., 0): its place among the others, and what becomes of it when the wait is cancelled."""
import asyncio


async def stubborn(future):
    try:
        await future
    except asyncio.CancelledError:
        await asyncio.sleep(1)
        return "late"


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(stubborn(loop.create_future()))
    await asyncio.sleep(0)
    task.add_done_callback(lambda task: print("before"))
    waiter = asyncio.create_task(asyncio.wait_for(task, 0))
    await asyncio.sleep(0)
    task.add_done_callback(lambda task: print("after"))
    task.add_done_callback(lambda task: waiter.cancel("in the same turn"))
    try:
        print(await waiter)
    except asyncio.CancelledError as error:
        print(repr(error))
    task = asyncio.create_task(stubborn(loop.create_future()))
    await asyncio.sleep(0)
    task.add_done_callback(lambda task: waiter.cancel("before the callback"))
    waiter = asyncio.create_task(asyncio.wait_for(task, 0))
    try:
        print(await waiter)
    except asyncio.CancelledError as error:
        print(repr(error))


asyncio.run(main())
