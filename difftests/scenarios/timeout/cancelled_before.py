"""A task that was asked to cancel before it entered: the count at the entry is what the exit compares with."""
import asyncio


async def work():
    task = asyncio.current_task()
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("asked", task.cancelling())
    try:
        async with asyncio.timeout(1) as limit:
            await asyncio.sleep(10)
    except TimeoutError:
        print("late", limit, task.cancelling())
    task.cancel("mine")
    try:
        async with asyncio.timeout(1) as limit:
            print("entered", task.cancelling())
            await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print(repr(error), limit, task.cancelling())


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    await task


asyncio.run(main())
