"""gather() gives the results in the order of its arguments, whatever the order in which they come."""
import asyncio


async def work(name, delay):
    await asyncio.sleep(delay)
    print("done", name)
    return name


async def main():
    print(await asyncio.gather(work("a", 3), work("b", 1), work("c", 2)))
    print(await asyncio.gather(work("one", 1)))
    print(asyncio.get_running_loop().time())


asyncio.run(main())
