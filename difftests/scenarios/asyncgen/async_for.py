"""An asynchronous generator with awaits, driven by async for with else, break and a comprehension."""
import asyncio


async def count(limit, delay):
    for i in range(limit):
        await asyncio.sleep(delay)
        yield i


async def main():
    loop = asyncio.get_running_loop()
    async for i in count(3, 1):
        print(i, loop.time())
    else:
        print("else", loop.time())
    print([i * i async for i in count(4, 0.5)], loop.time())
    print(sorted({i async for i in count(3, 0) if i != 1}), {i: -i async for i in count(2, 0)})
    print([[j async for j in count(i, 0)] async for i in count(3, 0)])


asyncio.run(main())
