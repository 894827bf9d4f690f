"""What a task costs that returns at once: alone, in a group, in a gather.  Nanoseconds of one, time of the processor."""
from __future__ import annotations

import asyncio
import time

started_coroutines = 0


async def nothing() -> None:
    return None


async def counted() -> None:
    global started_coroutines
    started_coroutines += 1


def check(count: int) -> None:
    """In rehearsal all coroutines count themselves."""
    global started_coroutines
    assert started_coroutines == count, started_coroutines
    assert len(asyncio.all_tasks()) == 1
    started_coroutines = 0


async def spawn(size: int, rehearsal: bool) -> dict[str, float]:
    child = counted if rehearsal else nothing
    started = time.process_time()
    for _ in range(size):
        await asyncio.create_task(child())
    seconds = time.process_time() - started
    check(size if rehearsal else 0)
    return {"": seconds / size * 1e9}


async def plain_await(size: int, rehearsal: bool) -> dict[str, float]:
    child = counted if rehearsal else nothing
    started = time.process_time()
    for _ in range(size):
        await child()
    seconds = time.process_time() - started
    check(size if rehearsal else 0)
    return {"": seconds / size * 1e9}


async def group(size: int, rehearsal: bool) -> dict[str, float]:
    child = counted if rehearsal else nothing
    started = time.process_time()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(size):
            tasks.create_task(child())
    seconds = time.process_time() - started
    check(size if rehearsal else 0)
    return {"": seconds / size * 1e9}


async def gather(size: int, rehearsal: bool) -> dict[str, float]:
    child = counted if rehearsal else nothing
    started = time.process_time()
    results = await asyncio.gather(*[child() for _ in range(size)])
    seconds = time.process_time() - started
    assert results == [None] * size
    check(size if rehearsal else 0)
    return {"": seconds / size * 1e9}
