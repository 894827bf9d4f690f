"""A cancelled sleep cancels its timer; time goes on to the next live one only."""
import asyncio


async def sleeper(name, delay):
    try:
        print(name, await asyncio.sleep(delay, "slept"))
    except asyncio.CancelledError as error:
        print(name, repr(error), f"{asyncio.get_running_loop().time():.3f}")
        raise


async def main():
    loop = asyncio.get_running_loop()
    first = asyncio.create_task(sleeper("first", 10))
    second = asyncio.create_task(sleeper("second", 3))
    await asyncio.sleep(1)
    first.cancel("enough")
    await second
    print(f"{loop.time():.3f}", first.cancelled(), second.done())
    left = asyncio.create_task(sleeper("left over", 100))
    await asyncio.sleep(1)
    print("main ends", left.done())


asyncio.run(main())
