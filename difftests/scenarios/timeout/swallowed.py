"""A block that swallows the cancellation, or returns, leaves quietly; expired() tells, and the count is restored."""
import asyncio


async def swallows():
    async with asyncio.timeout(1) as limit:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            print("swallowed", limit)
        await asyncio.sleep(3)
        print("went on", limit, asyncio.current_task().cancelling())
    print(limit, limit.expired(), asyncio.current_task().cancelling())


async def returns():
    async with asyncio.timeout(1) as limit:
        try:
            await asyncio.sleep(10)
        finally:
            return limit


async def main():
    await swallows()
    limit = await returns()
    print(limit, asyncio.current_task().cancelling())
    await asyncio.sleep(1)


asyncio.run(main())
