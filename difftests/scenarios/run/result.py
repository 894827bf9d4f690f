"""asyncio.run gives what main returns; several runs follow each other, each with a loop of its own."""
import asyncio

loops = []


async def main(value):
    loops.append(asyncio.get_running_loop())
    await asyncio.sleep(1)
    return value, asyncio.get_running_loop().time()


print(asyncio.run(main("first")))
print(asyncio.run(main([1, 2])))
print(asyncio.run(main(None)))
print(loops[0] is loops[1], [loop.is_closed() for loop in loops])
