"""With over 100 timers and more than half cancelled the heap is rebuilt, which moves equal deadlines about."""
import asyncio


def say(number):
    print("timer", number)


async def main():
    loop = asyncio.get_running_loop()
    handles = []
    for i in range(120):
        handles.append(loop.call_later(1 + i % 2, say, i))
    for i in range(119, 119 - 59, -1):
        handles[i].cancel()
    await asyncio.sleep(0.5)
    print("59 of 121 cancelled: nothing rebuilt")
    for i in range(60, 20, -3):
        handles[i].cancel()
    await asyncio.sleep(10)
    print(f"{loop.time():.3f}")


asyncio.run(main())
