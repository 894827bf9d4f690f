"""What a turn of the loop costs: callbacks, switches, wake-ups.  Nanoseconds of one, time of the processor."""
from __future__ import annotations

import asyncio
import time


async def call_soon(size: int, rehearsal: bool) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    left = size

    def callback() -> None:
        nonlocal left
        left -= 1
        if left:
            loop.call_soon(callback)
        else:
            done.set_result(None)

    started = time.process_time()
    loop.call_soon(callback)
    await done
    return {"": (time.process_time() - started) / size * 1e9}


async def call_soon_many(size: int, rehearsal: bool) -> dict[str, float]:
    """Each turn schedules 1,000; of these, one the next turn."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    turns = left = max(1, size // 1000)
    run = 0

    def nothing() -> None:
        pass

    def counted() -> None:
        nonlocal run
        run += 1

    callback = counted if rehearsal else nothing

    def refill() -> None:
        nonlocal left
        for _ in range(999):
            loop.call_soon(callback)
        left -= 1
        if left:
            loop.call_soon(refill)
        else:
            loop.call_soon(done.set_result, None)

    started = time.process_time()
    loop.call_soon(refill)
    await done
    seconds = time.process_time() - started
    assert run == (turns * 999 if rehearsal else 0), run
    return {"": seconds / (turns * 1000) * 1e9}


async def switch(size: int, rehearsal: bool) -> dict[str, float]:
    """Two tasks take turns."""
    seen: list[int] = []

    async def player(which: int) -> None:
        for _ in range(size // 2):
            if rehearsal:
                seen.append(which)
            await asyncio.sleep(0)

    started = time.process_time()
    other = asyncio.create_task(player(2))
    await player(1)
    await other
    seconds = time.process_time() - started
    assert seen == ([1, 2] * (size // 2) if rehearsal else []), seen[:9]
    return {"": seconds / size * 1e9}


async def wake(size: int, rehearsal: bool) -> dict[str, float]:
    """One task sets a future's result, the other wakes up and makes the next one."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    total = 0

    async def setter() -> None:
        for number in range(size):
            future.set_result(number)
            await asyncio.sleep(0)

    async def waiter() -> None:
        nonlocal future, total
        for _ in range(size):
            total += await future
            future = loop.create_future()

    started = time.process_time()
    waiting = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    setting = asyncio.create_task(setter())
    await waiting
    seconds = time.process_time() - started
    await setting
    assert total == size * (size - 1) // 2, total
    return {"": seconds / size * 1e9}
