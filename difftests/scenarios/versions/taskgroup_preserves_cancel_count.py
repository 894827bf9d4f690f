"""A group that is cancelled from outside and raises its children's errors swallows the cancellation; later it comes at the next
await (gh-116720)."""
# flag: taskgroup_preserves_cancel_count
import asyncio


async def fails_when_cancelled():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        raise ValueError("x")


async def grouped():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails_when_cancelled())
    except* ValueError as errors:
        print(repr(errors))
    try:
        await asyncio.sleep(1)
        print("the cancellation is lost")
    except asyncio.CancelledError:
        print("the cancellation comes")


async def main():
    task = asyncio.create_task(grouped())
    await asyncio.sleep(1)
    task.cancel()
    await task


asyncio.run(main())
