"""Timers of one deadline come out as heapq's sifts leave them, not first in, first out."""
import asyncio


def say(number):
    print("timer", number)


async def main():
    loop = asyncio.get_running_loop()
    for i in range(8):
        loop.call_later(1, say, i)
    loop.call_later(2, say, 8)
    await asyncio.sleep(1.5)
    print("a second batch, pushed in falling order of deadlines")
    for i in range(20, 30):
        loop.call_later((33 - i) // 4, say, i)
    await asyncio.sleep(10)
    print(f"{loop.time():.3f}")


asyncio.run(main())
