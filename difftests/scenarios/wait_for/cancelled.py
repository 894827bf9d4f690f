"""wait_for is cancelled while it waits: so is what it waits for, with the message; no TimeoutError."""
import asyncio


async def slow():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print("slow", repr(error))
        raise


async def waits(what):
    try:
        await asyncio.wait_for(what, 5)
    except asyncio.CancelledError as error:
        print("waits", repr(error), repr(error.__context__))
        raise


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    for what in (slow(), future, asyncio.create_task(slow()), asyncio.sleep(9)):
        task = asyncio.create_task(waits(what))
        await asyncio.sleep(1)
        task.cancel("outside")
        try:
            await task
        except asyncio.CancelledError as error:
            print(repr(error), task.cancelled())
    print(future.cancelled(), f"{loop.time():.3f}")


asyncio.run(main())
