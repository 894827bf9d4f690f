"""A class of one's own may replace _init, _put and _get, and call those of its base."""
import asyncio


class Loud(asyncio.Queue):
    def _init(self, maxsize):
        print("_init", maxsize, self.maxsize)
        super()._init(maxsize)

    def _put(self, item):
        print("_put", item, self.qsize())
        super()._put(item)

    def _get(self):
        item = super()._get()
        print("_get", item, self.qsize())
        return item


class Counted(asyncio.PriorityQueue):
    def _init(self, maxsize):
        super()._init(maxsize)
        self.count = 0

    def _put(self, item):
        self.count += 1
        super()._put((item[0], self.count, item[1]))

    def _get(self):
        return super()._get()[2]


async def main():
    queue = Loud(1)
    await queue.put("a")
    task = asyncio.create_task(queue.put("b"))
    await asyncio.sleep(0)
    print(await queue.get(), await queue.get())
    await task
    task = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait("c")
    print(await task, str(queue))
    counted = Counted()
    for rank, name in ((2, "x"), (1, "y"), (2, "z"), (1, "w")):
        counted.put_nowait((rank, name))
    print(str(counted), counted.count)
    print([await counted.get() for _ in range(4)])


asyncio.run(main())
