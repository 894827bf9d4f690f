"""Leaving the loop early: the tasks run on, their callbacks and the timer stay; steps may be dropped unawaited."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    print("end of", name)
    return name


async def main():
    for step in asyncio.as_completed([work("a", 1), work("b", 2), work("c", 3)], timeout=5):
        print(await step)
        break
    await asyncio.sleep(3)
    for step in asyncio.as_completed([work("d", 1), work("e", 3)], timeout=2):
        step.close()
    await asyncio.sleep(10)


asyncio.run(main())
