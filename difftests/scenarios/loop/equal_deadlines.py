"""Two, three and four timers of one deadline: the order is that of a binary heap, not first in, first out."""
import asyncio


async def sleeper(name, delay):
    await asyncio.sleep(delay)
    print(f"{asyncio.get_running_loop().time():.3f}", name)


async def main():
    loop = asyncio.get_running_loop()
    for count in (2, 3, 4, 7):
        start = loop.time()
        for i in range(count):
            loop.call_at(start + 1, print, count, "timers:", i)
        await asyncio.sleep(2)
    tasks = []
    for name in ("a", "b", "c", "d", "e"):
        tasks.append(asyncio.create_task(sleeper(name, 1)))
    for task in tasks:
        await task


asyncio.run(main())
