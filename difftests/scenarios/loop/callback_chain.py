"""Callbacks that queue themselves: a chain interleaves with tasks that yield."""
import asyncio


class Chain:
    def __init__(self, loop, name, count):
        self.loop = loop
        self.name = name
        self.count = count

    def step(self):
        print(self.name, self.count)
        self.count -= 1
        if self.count > 0:
            self.loop.call_soon(self.step)


async def yields(name, count):
    while count > 0:
        print(name, count)
        count -= 1
        await asyncio.sleep(0)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(Chain(loop, "callback a", 3).step)
    task = asyncio.create_task(yields("task", 4))
    loop.call_soon(Chain(loop, "callback b", 2).step)
    await task


asyncio.run(main())
