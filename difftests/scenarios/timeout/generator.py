"""A timeout inside of an async generator that is driven under another timeout."""
import asyncio


async def numbers():
    for number in range(3):
        async with asyncio.timeout(1):
            await asyncio.sleep(0.4 * (number + 1))
        yield number


async def main():
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(10) as limit:
            async for number in numbers():
                print(number, f"{loop.time():.3f}")
    except TimeoutError:
        print("late", limit, f"{loop.time():.3f}")


asyncio.run(main())
