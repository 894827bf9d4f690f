"""A cancelled timer that comes due behind a live head is not subtracted, so a later heap is rebuilt."""
import asyncio


def say(number):
    print("timer", number)


def nothing():
    pass


async def main():
    loop = asyncio.get_running_loop()
    loop.call_at(1, print, "the live head")
    for i in range(60):
        loop.call_at(1, nothing).cancel()
    await asyncio.sleep(1.5)
    handles = []
    for i in range(108):
        handles.append(loop.call_at(3, say, i))
    handles[50].cancel()
    await asyncio.sleep(5)
    print(f"{loop.time():.3f}")


asyncio.run(main())
