"""A child cancels the task that runs the group, while the body runs and while the exit waits."""
import asyncio


async def child(parent):
    await asyncio.sleep(1)
    print("child cancels the parent", parent.cancel("by the child"))
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        print("child", repr(error))
        raise


async def grouped(wait):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child(asyncio.current_task()))
            if wait:
                await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        print("group raised", repr(error), asyncio.current_task().cancelling())
        raise


async def main():
    for wait in (True, False):
        task = asyncio.create_task(grouped(wait))
        try:
            await task
        except asyncio.CancelledError as error:
            print("main", repr(error), task.cancelled())


asyncio.run(main())
