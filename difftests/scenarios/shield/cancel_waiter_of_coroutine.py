"""A coroutine in a shield goes on as a task of its own after the waiter was cancelled."""
import asyncio


async def child():
    try:
        await asyncio.sleep(3)
        print("child ends")
    except asyncio.CancelledError:
        print("child cancelled")
        raise


async def waiter():
    await asyncio.shield(child())


async def main():
    task = asyncio.create_task(waiter())
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("waiter cancelled")
    await asyncio.sleep(3)


asyncio.run(main())
