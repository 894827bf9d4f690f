"""More items than a queue had before, put behind some that were taken: they come out in their order."""
import asyncio


async def main():
    for kind in asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue:
        queue = kind()
        for item in range(8):
            queue.put_nowait(item)
        out = [queue.get_nowait() for _ in range(3)]
        for item in range(20, 40):
            queue.put_nowait(item)
        while not queue.empty():
            out.append(queue.get_nowait())
        print(kind.__name__, out)


asyncio.run(main())
