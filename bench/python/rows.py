"""What is measured: the rows of ./dev bench --python.

Targets are this project's own, set before there was anything to measure.
"""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One row: a workload (a function in a module beside this file), and what is asked of aiocore there."""

    name: str
    what: str
    workload: str  # "module.function"; it is called with size, rehearsal and arguments
    size: int  # operations, or levels of a tree
    unit: str = "ns"  # of one operation; a tree is one operation
    arguments: tuple[str, ...] = ()
    eager: bool = False  # tasks start eagerly
    target: float | None = None  # how many times better than asyncio install() is to be
    fast: float | None = None  # the same for install(semantics="fast")
    unpolled: float | None = None  # the same for it once it does not poll on every turn (columns.py)
    runs: int | None = None  # in each process, if not what was asked for
    rehearsed: bool = True  # a run that is not timed comes first; what it computes is checked as well

    @property
    def is_tree(self) -> bool:
        return self.workload.startswith("trees.")

    def scaled(self, scale: float) -> int:
        """Its size, for less patience.  A tree stays whole unless next to nothing is wanted."""
        if self.is_tree:
            return self.size if scale >= 0.05 else 3
        return max(20, round(self.size * scale))


def trees() -> list[Row]:
    """The trees of pyperformance's async_tree: what leaves do, times gather or TaskGroup, times lazy or eager start."""
    kinds = {
        "none": ("leaves return", (5.0, 5.0, 5.0, 7.0)),
        "memo": ("leaves look into a cache or sleep", (3.4, 2.0, 3.4, 3.5)),
        "cpu_io": ("leaves compute or sleep", (2.5, 2.5, 2.5, 2.5)),
        "io": ("leaves sleep", (5.0, 5.0, 5.0, 5.0)),
    }
    forms = (("", False), ("_eager", True), ("_tg", False), ("_tg_eager", True))
    result = []
    for kind, (what, targets) in kinds.items():
        for (suffix, eager), target in zip(forms, targets, strict=True):
            how = "TaskGroup" if "_tg" in suffix else "gather"
            result.append(
                Row(
                    name=kind + suffix,
                    what=f"tree: {what}; {how}{', eager' if eager else ''}",
                    workload="trees.tree",
                    size=6,
                    unit="ms",
                    arguments=(kind, how),
                    eager=eager,
                    target=target,
                    fast=15.0 if kind + suffix == "none_tg_eager" else None,
                )
            )
    return result


ROWS = (
    *trees(),
    Row("call_soon", "a callback that schedules itself", "turns.call_soon", 200_000, target=4.0, unpolled=7.0),
    Row("call_soon_many", "call_soon, 1,000 callbacks a turn", "turns.call_soon_many", 500_000),
    Row("switch", "two tasks in turn, sleep(0)", "turns.switch", 200_000, target=4.0, unpolled=7.0),
    Row("wake", "set_result wakes a task; and a sleep(0)", "turns.wake", 100_000, target=4.0, unpolled=7.0),
    Row("spawn", "create_task and await", "spawning.spawn", 100_000, target=5.0),
    Row("spawn_eager", "create_task and await, eager", "spawning.spawn", 200_000, eager=True, target=4.0),
    Row("await", "plain await of a coroutine: CPython's own, the floor", "spawning.plain_await", 1_000_000),
    Row("group", "TaskGroup of 100,000, a child", "spawning.group", 100_000, target=4.5),
    Row("group_eager", "TaskGroup of 100,000, a child, eager", "spawning.group", 100_000, eager=True, target=15.0),
    Row("gather", "gather of 100,000, a child", "spawning.gather", 100_000, target=6.0),
    Row("gather_eager", "gather of 100,000, a child, eager", "spawning.gather", 100_000, eager=True, target=5.0),
    Row("timers", "a timer of a million, half of them cancelled", "timers.timers", 1_000_000, target=8.0, runs=1, rehearsed=False),
    Row("lock", "async with a lock that is free", "syncing.lock", 200_000),
    Row("queue", "there and back through two queues", "syncing.ping_pong", 50_000),
    Row("wait_for", "wait_for a future that is done", "syncing.wait_for_done", 100_000),
    Row("timeout", "async with timeout, nothing happens", "syncing.timeout", 100_000),
    Row(
        "memory", "a task that waits for a future", "memory.blocked", 200_000, unit="bytes",
        target=1 / 0.7, runs=1, rehearsed=False,
    ),
)  # fmt: skip
BY_NAME = {row.name: row for row in ROWS}
