"""timeout_at takes a time of the loop, also one that has passed."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    await asyncio.sleep(2)
    for when in (3, 2.5, 1):
        limit = asyncio.timeout_at(when)
        print(limit, limit.when(), limit.expired())
        try:
            async with limit as entered:
                print(entered is limit, limit)
                await asyncio.sleep(10)
        except TimeoutError:
            print(limit, limit.when(), f"{loop.time():.3f}")


asyncio.run(main())
