#!/usr/bin/env python3
"""Instructions per operation, counted by callgrind: numbers that do not depend on what else the machine does.

    bench/instructions.py PROGRAM [--floor] [ROW...]      PROGRAM is the bench program of a release build

Each row is run twice, with N and with 2 N operations; the difference over N is the cost of one operation, free of
starting and ending.  A count is the same on each run of one binary; it says nothing about caches or branches.
"""
from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A row of the bench program, and what one of its operations is."""

    name: str
    operation: str
    operations: int = 2000


ROWS = (
    Row("call_soon", "call_soon, one turn each"),
    Row("call_soon_many", "call_soon, 1,000 a turn", 20000),
    Row("switch", "a yield, two a turn"),
    Row("switch_many", "a yield, 1,000 a turn", 20000),
    Row("wake", "new future, await, set_result, wake; and a yield"),
    Row("wake_bare", "await, set_result, wake; and a yield"),
    Row("spawn_lazy", "create, await, end, lazy"),
    Row("spawn_eager", "create, await, end, eager"),
    Row("group_lazy", "child of a group, lazy"),
    Row("group_eager", "child of a group, eager, order of 3.14"),
)
COUNT = re.compile(r"Collected\s*:\s*(\d+)")


def count(program: str, row: str, operations: int, floor: bool) -> int:
    """The instructions of one run."""
    command = [
        "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
        program, "--once", row, str(operations), *(["--floor"] if floor else []),
    ]  # fmt: skip
    done = subprocess.run(command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    found = COUNT.search(done.stderr)
    if done.returncode != 0 or found is None:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return int(found.group(1))


def per_operation(program: str, row: Row, floor: bool) -> float:
    once = count(program, row.name, row.operations, floor)
    twice = count(program, row.name, 2 * row.operations, floor)
    return (twice - once) / row.operations


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("rows", nargs="*", help="only these")
    parser.add_argument("--floor", action="store_true", help="the floors beside it")
    asked = parser.parse_args()
    print("| row | operation | instructions |" + (" floor |" if asked.floor else ""))
    print("|---|---|---|" + ("---|" if asked.floor else ""))
    for row in ROWS:
        if asked.rows and row.name not in asked.rows:
            continue
        line = f"| `{row.name}` | {row.operation} | {per_operation(asked.program, row, False):.1f} |"
        if asked.floor:
            line += f" {per_operation(asked.program, row, True):.1f} |"
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
