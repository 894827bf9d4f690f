"""Many timers at random times: armed, half of them cancelled, the others run.  Nanoseconds of one, time of the
processor.

All are due long after the last is armed, and the thread sleeps until they all are: so every loop finds all of them at once, on its
own clock, and the time that passes is not counted.
"""
from __future__ import annotations

import asyncio
import random
import time

SPREAD = 0.5  # seconds between the first and the last
PATIENCE = 4e-6  # seconds to arm and to cancel one; if it was not enough, all is done again with more


async def timers(size: int, rehearsal: bool) -> dict[str, float]:
    patience = PATIENCE
    while (measured := await attempt(size, 0.1 + size * patience)) is None:
        patience *= 2
    return measured


async def attempt(size: int, lead: float) -> dict[str, float] | None:
    """Arms, cancels, lets run.  None if the first were due before the last was armed."""
    loop = asyncio.get_running_loop()
    numbers = random.Random(1)
    delays = [numbers.random() * SPREAD for _ in range(size)]
    left = size - len(range(0, size, 2))
    done = loop.create_future()

    def fire() -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set_result(None)

    await asyncio.sleep(0)  # uvloop's clock stands still within a turn
    first, due = loop.time() + lead, time.monotonic() + lead
    begun = time.process_time()
    handles = [loop.call_at(first + delay, fire) for delay in delays]
    armed = time.process_time()
    for handle in handles[::2]:
        handle.cancel()
    cancelled = time.process_time()
    del handle
    handles.clear()
    too_late = time.monotonic() > due
    time.sleep(max(0.0, due + SPREAD + 0.01 - time.monotonic()))
    woken = time.process_time()
    await done
    arm, cancel, run = armed - begun, cancelled - armed, time.process_time() - woken
    if too_late:
        return None
    await asyncio.sleep(0)
    assert left == 0, left  # nobody runs twice, and nobody who was cancelled
    return {
        "": (arm + cancel + run) / size * 1e9,
        "arm": arm / size * 1e9,
        "cancel": cancel / (size / 2) * 1e9,
        "run": run / (size / 2) * 1e9,
    }
