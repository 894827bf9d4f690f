"""A producer and two consumers around a list and a future, without any queue of asyncio's."""
import asyncio


class Channel:
    def __init__(self):
        self.items = []
        self.waiters = []

    def put(self, item):
        self.items.append(item)
        while self.waiters:
            waiter = self.waiters.pop(0)
            if not waiter.done():
                waiter.set_result(None)
                break

    async def get(self):
        while not self.items:
            waiter = asyncio.get_running_loop().create_future()
            self.waiters.append(waiter)
            await waiter
        return self.items.pop(0)


async def consumer(name, channel):
    while True:
        item = await channel.get()
        if item is None:
            channel.put(None)
            return name
        print(f"{asyncio.get_running_loop().time():.1f}", name, "got", item)
        await asyncio.sleep(item / 10)


async def main():
    channel = Channel()
    consumers = [asyncio.create_task(consumer(name, channel)) for name in ("left", "right")]
    for item in (5, 1, 1, 3, 2, 8):
        channel.put(item)
        await asyncio.sleep(0.1)
    channel.put(None)
    for task in consumers:
        print(await task, "ended")


asyncio.run(main())
