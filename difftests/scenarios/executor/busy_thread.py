"""A busy thread does not starve the loop, and the other way round."""
# clock: real, threads take their own
import asyncio

begun, done = [], []


def busy():
    begun.append(1)
    n = 0
    while not done:
        n += 1
    return n > 0


async def main():
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, busy)
    while not begun:
        await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
    done.append(1)
    print(await future)


asyncio.run(main())
