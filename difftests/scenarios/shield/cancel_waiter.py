"""A task that is cancelled while it awaits a shield goes on at once; the inner task goes on, too."""
import asyncio


async def child():
    await asyncio.sleep(3)
    print("child ends", asyncio.get_running_loop().time())


async def waiter(task):
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError as error:
        print("waiter", error.args, asyncio.get_running_loop().time())
        raise


async def main():
    inner = asyncio.create_task(child())
    task = asyncio.create_task(waiter(inner))
    await asyncio.sleep(1)
    task.cancel("stop")
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", inner.done())
    await inner


asyncio.run(main())
