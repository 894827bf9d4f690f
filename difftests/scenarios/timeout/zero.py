"""A deadline that has passed comes in the next turn, by call_soon; a block that does not suspend is not touched."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    for delay in (0, -1, 0.0):
        try:
            async with asyncio.timeout(delay) as limit:
                print(limit)
                await asyncio.sleep(1)
        except TimeoutError:
            print("late", limit, f"{loop.time():.3f}")
    async with asyncio.timeout(0) as limit:
        print("no wait")
    print(limit, limit.expired())
    await asyncio.sleep(0)
    print(limit, asyncio.current_task().cancelling())
    try:
        async with asyncio.timeout(0) as limit:
            await asyncio.sleep(0)
            print("after one yield", limit)
            await asyncio.sleep(0)
            print("never")
    except TimeoutError:
        print("late", limit)


asyncio.run(main())
