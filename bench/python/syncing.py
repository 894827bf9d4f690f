"""What locks, queues and timeouts cost where nobody has to wait long.  Nanoseconds of one, time of the processor."""
from __future__ import annotations

import asyncio
import time

BETWEEN = 100  # timeouts between two turns of the loop: what they leave in its list of timers is cleared away there


async def lock(size: int, rehearsal: bool) -> dict[str, float]:
    mine = asyncio.Lock()
    held = 0
    started = time.process_time()
    for _ in range(size):
        async with mine:
            if rehearsal:
                held += mine.locked()
    seconds = time.process_time() - started
    assert not mine.locked() and held == (size if rehearsal else 0)
    return {"": seconds / size * 1e9}


async def ping_pong(size: int, rehearsal: bool) -> dict[str, float]:
    there: asyncio.Queue[int] = asyncio.Queue()
    back: asyncio.Queue[int] = asyncio.Queue()

    async def other() -> None:
        for _ in range(size):
            await back.put(await there.get() + 1)

    task = asyncio.create_task(other())
    number = 0
    started = time.process_time()
    for _ in range(size):
        await there.put(number)
        number = await back.get()
    seconds = time.process_time() - started
    await task
    assert number == size, number
    return {"": seconds / size * 1e9}


async def wait_for_done(size: int, rehearsal: bool) -> dict[str, float]:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    future.set_result(1)
    total = 0
    started = time.process_time()
    for number in range(size):
        total += await asyncio.wait_for(future, 60)
        if number % BETWEEN == 0:
            await asyncio.sleep(0)
    seconds = time.process_time() - started
    assert total == size, total
    return {"": seconds / size * 1e9}


async def timeout(size: int, rehearsal: bool) -> dict[str, float]:
    expired = 0
    started = time.process_time()
    for number in range(size):
        async with asyncio.timeout(60) as block:
            pass
        if rehearsal:
            expired += block.expired()
        if number % BETWEEN == 0:
            await asyncio.sleep(0)
    seconds = time.process_time() - started
    assert expired == 0
    return {"": seconds / size * 1e9}
