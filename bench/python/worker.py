"""Measures one row on one column, in the CPython that runs it: a process of its own for each.

    worker.py COLUMN ROW SIZE RUNS      prints a line of JSON: what was in place, and the values of each run

It ends with a traceback if what the column promises is not in place, or a workload computes something wrong.
"""
from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import columns
import rows


def in_place(column: columns.Column) -> str:
    """Which loop and which futures there are; an error if they are others than the column is of."""
    import asyncio

    loop = f"{type(asyncio.get_running_loop()).__module__}.{type(asyncio.get_running_loop()).__name__}"
    ours = "aiocore" in sys.modules and sys.modules["aiocore"].is_in_place()
    if not loop.startswith(column.loop) or ours != (column.future == "aiocore"):
        raise SystemExit(f"{column.name} is not in place: the loop is {loop}, futures are {'' if ours else 'not '}aiocore's")
    return loop


def workload_of(row: rows.Row) -> Callable[..., Any]:
    module, function = row.workload.split(".")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def waited() -> float:
    """Seconds for which this thread was ready to run and others had the processor; 0 where Linux does not say."""
    try:
        return int(Path("/proc/self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, LookupError):
        return 0.0


def measure(column: columns.Column, row: rows.Row, size: int, runs: int) -> dict[str, Any]:
    """Each run has a loop of its own."""
    run = column.place()
    import asyncio

    workload = workload_of(row)
    values: list[dict[str, float]] = []
    loops: set[str] = set()

    async def main(rehearsal: bool) -> None:
        loops.add(in_place(column))
        if row.eager:
            asyncio.get_running_loop().set_task_factory(columns.eager_factory(column))
        value = await workload(size, rehearsal, *row.arguments)
        if not rehearsal:
            values.append(value)

    started, waiting = time.monotonic(), waited()
    for rehearsal in [True] * row.rehearsed + [False] * runs:
        gc.collect()
        run(main(rehearsal))
    versions = {name: sys.modules[name].__version__ for name in ("uvloop",) if name in sys.modules}
    seconds = {"wall": time.monotonic() - started, "waited": waited() - waiting}
    return {"loop": " ".join(loops), "versions": versions, "seconds": seconds, "values": values}


def main(arguments: list[str]) -> None:
    column, row, size, runs = arguments
    print(json.dumps(measure(columns.BY_NAME[column], rows.BY_NAME[row], int(size), int(runs))))


if __name__ == "__main__":
    main(sys.argv[1:])
