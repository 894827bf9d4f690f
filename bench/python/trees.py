"""pyperformance's async_tree: 6 levels of 6 branches are 55,987 coroutines, of which 46,656 are leaves.

In one thing it differs: what a leaf of cpu_io waits for is never in a cache.
"""
from __future__ import annotations

import asyncio
import math
import random
import time

BRANCHES = 6
SLEEP = 0.05  # seconds
REMEMBERED = 90  # of 100 different things that a leaf of memo may look for
COMPUTING = 0.5  # of the leaves of cpu_io
FACTORIAL = 500


class Tree:
    """One tree: a method for each kind of leaf."""

    def __init__(self, kind: str, counting: bool) -> None:
        random.seed(0)
        self.work = getattr(self, kind)
        self.leaf = self.counted if counting else self.work
        self.leaves = 0
        self.cache: dict[int, bool] = {}

    async def counted(self) -> object:
        result = await self.work()
        self.leaves += 1
        return result

    async def sleep(self) -> float:
        await asyncio.sleep(SLEEP)
        return random.random()

    async def none(self) -> None:
        return

    async def io(self) -> None:
        await self.sleep()

    async def memo(self) -> int:
        data = random.randint(1, 100)
        if data <= REMEMBERED:
            if self.cache.get(data):
                return data
            self.cache[data] = True
        await self.sleep()
        return data

    async def cpu_io(self) -> float:
        if random.random() < COMPUTING:
            return math.factorial(FACTORIAL)
        return await self.sleep()

    async def gathered(self, level: int) -> object:
        if level == 0:
            return await self.leaf()
        await asyncio.gather(*[self.gathered(level - 1) for _ in range(BRANCHES)])
        return None

    async def grouped(self, level: int) -> object:
        if level == 0:
            return await self.leaf()
        async with asyncio.TaskGroup() as group:
            for _ in range(BRANCHES):
                group.create_task(self.grouped(level - 1))
        return None


async def tree(size: int, rehearsal: bool, kind: str, how: str) -> dict[str, float]:
    """Milliseconds of one tree.  Its leaves are counted in rehearsal only: to count takes longer than to return.

    A tree that sleeps is wall time, with that of the processor beside it; the others are time of the processor alone, so that they
    mind other programs less.
    """
    clock = time.process_time if kind == "none" else time.perf_counter
    one = Tree(kind, counting=rehearsal)
    grow = one.grouped if how == "TaskGroup" else one.gathered
    started, busy = clock(), time.process_time()
    await grow(size)
    seconds, busy = clock() - started, time.process_time() - busy
    assert one.leaves == (BRANCHES**size if rehearsal else 0), one.leaves
    assert len(asyncio.all_tasks()) == 1
    return {"": seconds * 1e3} if kind == "none" else {"": seconds * 1e3, "cpu": busy * 1e3}
