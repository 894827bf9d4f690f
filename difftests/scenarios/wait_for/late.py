"""Too late: a coroutine, a future and a task are cancelled, and TimeoutError comes from that."""
import asyncio


async def slow():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print("slow", repr(error))
        raise


async def attempt(what):
    loop = asyncio.get_running_loop()
    try:
        await asyncio.wait_for(what, 1)
    except TimeoutError as error:
        print(repr(error), repr(error.__cause__), repr(error.__context__), f"{loop.time():.3f}")


async def main():
    loop = asyncio.get_running_loop()
    await attempt(slow())
    future = loop.create_future()
    await attempt(future)
    print(future.cancelled())
    task = asyncio.create_task(slow())
    await attempt(task)
    print(task.cancelled(), asyncio.current_task().cancelling())
    await attempt(asyncio.sleep(5))


asyncio.run(main())
