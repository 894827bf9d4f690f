"""A comparison that puts into or gets from the same queue: the heap has changed, which is a RuntimeError."""
import asyncio


class Item:
    act = None

    def __init__(self, rank):
        self.rank = rank

    def __lt__(self, other):
        if Item.act is not None:
            act, Item.act = Item.act, None
            act()
        return self.rank < other.rank

    def __repr__(self):
        return f"i{self.rank}"


def attempt(queue, act, what):
    Item.act = act
    try:
        print(what())
    except RuntimeError as error:
        print(repr(error))
    print(str(queue))


queue = asyncio.PriorityQueue()
for rank in (4, 6, 5, 9, 7, 8):
    queue.put_nowait(Item(rank))
attempt(queue, lambda: queue.put_nowait(Item(1)), lambda: queue.put_nowait(Item(2)))
attempt(queue, lambda: queue.get_nowait(), lambda: queue.put_nowait(Item(3)))
attempt(queue, lambda: queue.put_nowait(Item(0)), queue.get_nowait)
attempt(queue, lambda: queue.get_nowait(), queue.get_nowait)
