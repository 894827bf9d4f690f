"""timeout(None) sets no timer; it can get one later."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:
        print(limit, limit.when())
        await asyncio.sleep(1)
    print(limit)
    try:
        async with asyncio.timeout(None) as limit:
            limit.reschedule(loop.time() + 1)
            print(limit)
            await asyncio.sleep(3)
    except TimeoutError:
        print(limit, f"{loop.time():.3f}")
    async with asyncio.timeout_at(None) as limit:
        print(limit)


asyncio.run(main())
