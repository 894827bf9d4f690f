"""What was shielded is cancelled at the end of the run like any task."""
import asyncio


async def child():
    try:
        await asyncio.sleep(10)
    finally:
        print("child ends", asyncio.get_running_loop().time())


async def waiter():
    await asyncio.shield(child())


async def main():
    task = asyncio.create_task(waiter())
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(1)
    print("main ends", task.cancelled())


asyncio.run(main())
