"""What a task weighs that waits for a future: resident memory that was added, over the number of tasks."""
from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


async def blocked(size: int, rehearsal: bool) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()
    woken = 0

    async def waiter() -> None:
        nonlocal woken
        await future
        woken += 1

    tasks: list[asyncio.Task[None] | None] = [None] * size
    gc.collect()
    before = resident()
    for number in range(size):
        tasks[number] = loop.create_task(waiter())
    await asyncio.sleep(0)
    used = resident() - before
    assert len(asyncio.all_tasks()) == size + 1
    future.set_result(None)
    del tasks
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0)
    assert woken == size, woken
    return {"": used / size}
