"""Cancelled from outside while it raises a group of errors (gh-116720)."""
import asyncio


async def fails_when_cancelled():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(1)
        raise ValueError("x")


async def grouped():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails_when_cancelled())
            await asyncio.sleep(10)
    except* ValueError as errors:
        print(repr(errors))
    print("count", asyncio.current_task().cancelling())
    try:
        await asyncio.sleep(1)
        print("the cancellation is lost")
    except asyncio.CancelledError as error:
        print("it arrives later:", repr(error))
    print("count", asyncio.current_task().cancelling())


async def main():
    task = asyncio.create_task(grouped())
    await asyncio.sleep(1)
    task.cancel("outside")
    await task


asyncio.run(main())
