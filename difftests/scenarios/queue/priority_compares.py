"""PriorityQueue compares with < alone, and exactly those items that heapq compares, in its order."""
import asyncio


class Item:
    def __init__(self, rank):
        self.rank = rank

    def __lt__(self, other):
        print(f"{self.rank}<{other.rank}", end=" ")
        return self.rank < other.rank

    def __repr__(self):
        return f"i{self.rank}"


queue = asyncio.PriorityQueue()
for rank in (5, 2, 8, 2, 9, 1, 7, 3, 6, 4, 0):
    print("put", rank, end=": ")
    queue.put_nowait(Item(rank))
    print()
print(str(queue))
while not queue.empty():
    print("get:", end=" ")
    print(queue.get_nowait())
