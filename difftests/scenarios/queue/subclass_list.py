"""A class of one's own may give the list in which PriorityQueue and LifoQueue keep their items, and look into it."""
import asyncio


class Item:
    broken = None

    def __init__(self, rank):
        self.rank = rank

    def __lt__(self, other):
        if Item.broken in (self.rank, other.rank):
            raise ArithmeticError(f"{self.rank} < {other.rank}")
        return self.rank < other.rank

    def __repr__(self):
        return f"i{self.rank}"


class Given(asyncio.PriorityQueue):
    def _init(self, maxsize):
        self._queue = self.items = []


class Stack(asyncio.LifoQueue):
    def _init(self, maxsize):
        self._queue = self.items = []


def attempt(queue, what):
    try:
        print(what())
    except (ArithmeticError, AttributeError, IndexError, TypeError) as error:
        print(type(error).__name__, error)
    print(str(queue), queue.items)


for kind in (Given, Stack):
    queue = kind()
    for rank in (4, 6, 5, 9, 7, 8, 3):
        queue.put_nowait(Item(rank))
    print(str(queue), queue.items)
    for broken, what in (
        (3, lambda: queue.put_nowait(Item(1))),
        (9, queue.get_nowait),
        (6, queue.get_nowait),
        (None, lambda: queue.put_nowait(Item(0))),
    ):
        Item.broken = broken
        attempt(queue, what)
    Item.broken = None
    while queue.items:
        print(queue.get_nowait(), end=" ")
    print(queue.empty())
    attempt(queue, queue._get)
    queue._queue = {}
    attempt(queue, lambda: queue._put(1))
    attempt(queue, lambda: queue._get())
