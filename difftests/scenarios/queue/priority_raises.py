"""A comparison that raises leaves a put item where it has got to, and loses the item that get was to give, as in CPython."""
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


async def main():
    queue = asyncio.PriorityQueue()
    for rank in (4, 6, 5, 9, 7, 8, 3):
        queue.put_nowait(Item(rank))
    print(str(queue))
    Item.broken = 3
    waiting = asyncio.create_task(queue.join())
    await asyncio.sleep(0)
    for broken, what in (
        (3, lambda: queue.put_nowait(Item(1))),
        (9, queue.get_nowait),
        (5, queue.get_nowait),
        (7, lambda: queue.put_nowait(Item(0))),
        (6, lambda: queue.put_nowait(Item(2))),
    ):
        Item.broken = broken
        try:
            print(what())
        except ArithmeticError as error:
            print(repr(error))
        print(str(queue))
    Item.broken = 4
    try:
        print(await queue.get())
    except ArithmeticError as error:
        print(repr(error))
    print(str(queue))
    Item.broken = None
    try:
        await queue.put(object())
    except TypeError as error:
        print(error)
    print(queue.qsize(), str(queue)[-8:])
    waiting.cancel()


asyncio.run(main())
