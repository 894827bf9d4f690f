"""wait_for cancels what takes too long and raises TimeoutError from that; with no time it does not even begin."""
import asyncio


async def child(name, delay, linger):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError as error:
        print(name, repr(error))
        if linger:
            await asyncio.sleep(linger)
            print(name, "lingered")
        raise
    print(name, "ends")


async def attempt(awaitable, seconds):
    loop = asyncio.get_running_loop()
    try:
        print(await asyncio.wait_for(awaitable, seconds), f"{loop.time():.3f}")
    except TimeoutError as error:
        print(repr(error), repr(error.__cause__), f"{loop.time():.3f}")


async def main():
    await attempt(asyncio.create_task(child("in time", 1, 0)), 2)
    await attempt(asyncio.create_task(child("late", 2, 0)), 1)
    await attempt(asyncio.create_task(child("slow to go", 2, 3)), 1)
    await attempt(asyncio.create_task(child("no time", 2, 0)), 0)
    await attempt(asyncio.create_task(child("no limit", 2, 0)), None)
    print(asyncio.current_task().cancelling())


asyncio.run(main())
