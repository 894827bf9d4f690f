"""A block that ends in time: its timer is cancelled and never runs; errors of its own go through."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(5) as limit:
        await asyncio.sleep(1)
    print(limit, limit.expired())
    try:
        async with asyncio.timeout(5) as limit:
            await asyncio.sleep(1)
            raise ValueError("mine")
    except ValueError as error:
        print(repr(error), repr(error.__context__), limit)
    await asyncio.sleep(10)
    print(f"{loop.time():.3f}", asyncio.current_task().cancelling())


asyncio.run(main())
