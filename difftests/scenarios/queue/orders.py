"""Queue is first in first out, LifoQueue last in first out, PriorityQueue lowest first; equal ones as heapq leaves them."""
import asyncio


class Job:
    def __init__(self, rank, name):
        self.rank = rank
        self.name = name

    def __lt__(self, other):
        return self.rank < other.rank


async def main():
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        queue = kind()
        for item in (5, 3, 8, 1, 9, 2, 7, 3):
            await queue.put(item)
        print(kind.__name__, [await queue.get() for _ in range(queue.qsize())])
    queue = asyncio.PriorityQueue()
    for number, name in enumerate("abcdefghijklmno"):
        queue.put_nowait(Job(number * 7 % 4, name))
        if number % 5 == 4:
            print(queue.get_nowait().name, end=" ")
    while not queue.empty():
        print(queue.get_nowait().name, end=" ")
    print()
    for pair in ((2, "code"), (1, "eat"), (3, "sleep"), (1, "drink")):
        queue.put_nowait(pair)
    print([queue.get_nowait() for _ in range(4)])


asyncio.run(main())
