"""Awaiting a done future does not suspend, and so delivers no pending cancellation."""
import asyncio


async def child(future):
    asyncio.current_task().cancel("me")
    print("awaiting a done future", await future)
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError as error:
        print("at the bare yield", repr(error))
    print("again a done future", await future)
    await asyncio.sleep(0)
    return "end"


async def main():
    future = asyncio.get_running_loop().create_future()
    future.set_result(5)
    asyncio.get_running_loop().call_soon(print, "callback")
    print("main awaits", await future)
    task = asyncio.create_task(child(future))
    print(await task, task.cancelled(), task.cancelling())


asyncio.run(main())
