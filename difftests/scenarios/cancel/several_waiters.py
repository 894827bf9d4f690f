"""One waiter of a shared task is cancelled: that cancels the task, and so all who wait for it."""
import asyncio


async def shared():
    try:
        await asyncio.sleep(10)
    finally:
        print("shared is cancelled")


async def waiter(name, task):
    try:
        await task
    except asyncio.CancelledError as error:
        print(name, repr(error), asyncio.current_task().cancelling())
        raise


async def main():
    task = asyncio.create_task(shared())
    waiters = [asyncio.create_task(waiter(name, task)) for name in ("a", "b", "c")]
    await asyncio.sleep(1)
    waiters[1].cancel("only b")
    await asyncio.sleep(1)
    print(task.cancelled(), [each.cancelled() for each in waiters])


asyncio.run(main())
