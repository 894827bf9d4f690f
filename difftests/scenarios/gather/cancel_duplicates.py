"""A task that is there twice is cancelled twice."""
import asyncio


async def child():
    try:
        await asyncio.sleep(10)
    finally:
        print("requests", asyncio.current_task().cancelling())


async def main():
    task = asyncio.create_task(child())
    gathering = asyncio.gather(task, task)
    await asyncio.sleep(0)
    gathering.cancel()
    try:
        await gathering
    except asyncio.CancelledError:
        print("cancelled", task.cancelling())


asyncio.run(main())
