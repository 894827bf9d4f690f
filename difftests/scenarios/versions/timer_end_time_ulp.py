"""A clock so large that a nanosecond more is the same number: a timer is not due at its own deadline, but one step of the clock
later.  Later the margin is at least one such step (gh-145703)."""
# flag: timer_end_time_ulp
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    await asyncio.sleep(100000000)
    begun = loop.time()
    await asyncio.sleep(1)
    print("late by", loop.time() - begun - 1)


asyncio.run(main())
