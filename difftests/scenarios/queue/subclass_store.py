"""A class of one's own may keep its items in anything that has a length, under the name _queue."""
import asyncio


class Unique(asyncio.Queue):
    def _init(self, maxsize):
        self._queue = {}

    def _put(self, item):
        self._queue[item] = True

    def _get(self):
        item = next(iter(self._queue))
        del self._queue[item]
        return item


class Biggest(asyncio.Queue):
    def _init(self, maxsize):
        self._queue = []

    def _put(self, item):
        self._queue.append(item)
        self._queue.sort()

    def _get(self):
        return self._queue.pop()


class Stack(asyncio.LifoQueue):
    def _init(self, maxsize):
        self._queue = ["bottom"]


async def main():
    for kind in (Unique, Biggest, Stack):
        queue = kind(3)
        for item in (2, 3, 2):
            await queue.put(item) if not queue.full() else print("full")
        print(str(queue), queue.qsize(), queue.full(), queue.empty())
        task = asyncio.create_task(queue.join())
        while not queue.empty():
            print(await queue.get(), end=" ")
            if task.done() is False:
                try:
                    queue.task_done()
                except ValueError as error:
                    print(error, end=" ")
        print(str(queue))
        await task if task.done() else task.cancel()


asyncio.run(main())
