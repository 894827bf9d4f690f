"""Cancelling the task that awaits a gather cancels the children, and the task is woken when the gather has failed."""
import asyncio


async def child(name):
    try:
        await asyncio.sleep(10)
    finally:
        print(name, "ends")


async def waiter():
    try:
        await asyncio.gather(child("a"), child("b"))
    except asyncio.CancelledError as error:
        print("waiter", error.args, asyncio.current_task().cancelling())
        raise


async def main():
    task = asyncio.create_task(waiter())
    await asyncio.sleep(1)
    print(task.cancel("stop"))
    try:
        await task
    except asyncio.CancelledError as error:
        print("main", error.args, task.cancelled())


asyncio.run(main())
