"""A pipeline of generators: the source runs only when the end of the pipeline asks for an item."""
import asyncio


async def source():
    for i in range(1, 8):
        print("source makes", i)
        await asyncio.sleep(0.5)
        yield i


async def odd(items):
    async for item in items:
        if item % 2:
            yield item


async def pairs(items):
    pair = []
    async for item in items:
        pair.append(item)
        if len(pair) == 2:
            yield tuple(pair)
            pair = []
    if pair:
        yield tuple(pair)


async def main():
    async for pair in pairs(odd(source())):
        print(pair, asyncio.get_running_loop().time())


asyncio.run(main())
