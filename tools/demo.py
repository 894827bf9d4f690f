#!/usr/bin/env python3
"""Runs a scenario on a CPython and on aiocore, and shows both traces side by side.

    demo.py PROGRAM [--python PATH] [--c-host] [FILE]

PROGRAM is the aiocore command; with --c-host it is docs/examples/nested_groups, the same program in C.  The columns are
CPython (the newest at hand), aiocore with the semantics of that CPython, and aiocore's "fast".  A line that is not
CPython's is marked; the first two columns have none, and the exit status is 1 if they do.
"""
from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pythons

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "difftests"))
import trace_text  # noqa: E402

SCENARIO = ROOT / "docs" / "examples" / "nested_groups.py"
RECORD = '{"event": '
SECONDS = 30  # a scenario never waits


class Failed(Exception):
    """A program did not run to its end; its text is for the user."""


@dataclass(frozen=True)
class Column:
    """What one program recorded."""

    title: str
    lines: list[str]

    @property
    def turns(self) -> int:
        return sum(line.startswith("turn ") for line in self.lines)


def records(command: list[str]) -> list[dict[str, Any]]:
    """The records among all that a program writes."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{' '.join(command)}: {error}") from None
    found = [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith(RECORD)]
    if done.returncode != 0 or not found:
        raise Failed(f"{' '.join(command)} ended with status {done.returncode} and {len(found)} records\n{done.stderr}")
    return found


def of_cpython(build: pythons.Build, scenario: Path) -> Column:
    command = [build.path, "-I", str(ROOT / "difftests" / "cpython_trace.py"), str(scenario)]
    return Column(f"CPython {build.version}", trace_text.lines(records(command)))


def of_aiocore(program: str, profile: str, scenario: Path, c_host: bool) -> Column:
    command = [program, "trace", "--json", "--virtual-time", "--semantics", profile, str(scenario)]
    if c_host:
        command = [program, "--trace", profile]
    return Column(f"aiocore --semantics {profile}", trace_text.lines(records(command)))


# ---- Side by side ----


def align(first: list[str], other: list[str]) -> tuple[list[str | None], list[list[str]]]:
    """For each line of the first what stands beside it, and before each (and at the end) what stands beside none."""
    beside: list[str | None] = [None] * len(first)
    between: list[list[str]] = [[] for _ in range(len(first) + 1)]
    for tag, begin, end, other_begin, other_end in difflib.SequenceMatcher(None, first, other, autojunk=False).get_opcodes():
        if tag == "equal":
            beside[begin:end] = other[other_begin:other_end]
        else:
            between[end] += other[other_begin:other_end]
    return beside, between


def rows(columns: list[Column]) -> list[list[str | None]]:
    """The lines of all columns, those that are the same in one row."""
    first, found = columns[0].lines, []
    aligned = [align(first, column.lines) for column in columns[1:]]
    for at in range(len(first) + 1):
        extra = [between[at] for _, between in aligned]
        for number in range(max(map(len, extra), default=0)):
            found.append([None, *(lines[number] if number < len(lines) else None for lines in extra)])
        if at < len(first):
            found.append([first[at], *(beside[at] for beside, _ in aligned)])
    return found


def cut(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def show(columns: list[Column], width: int) -> None:
    """Prints the columns; a line that is not that of the first is marked by a bar in front of it."""
    each = max(24, (width - 3 * (len(columns) - 1)) // len(columns))
    print("   ".join(cut(column.title, each) for column in columns).rstrip())
    print("   ".join("─" * each for _ in columns))
    for row in rows(columns):
        line = cut(row[0] or "", each)
        for cell in row[1:]:
            line += (" ≠ " if cell != row[0] else "   ") + cut(cell or "", each)
        print(line.rstrip())


def summary(columns: list[Column]) -> bool:
    """Says what is the same; whether the first two columns are."""
    cpython, same, *others = columns
    print()
    differing = sum(row[0] != row[1] for row in rows([cpython, same]))
    verdict = "the same" if differing == 0 else f"{differing} rows differ"
    print(f"{cpython.title} and {same.title}: {len(cpython.lines)} lines, {verdict}")
    for column in columns:
        print(f"{column.title}: {column.turns} turns")
    return differing == 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("scenario", nargs="?", type=Path, default=SCENARIO)
    parser.add_argument("--python", action="append", default=[], help="this CPython")
    parser.add_argument("--c-host", action="store_true", help="the program is docs/examples/nested_groups")
    parser.add_argument("--width", type=int, default=shutil.get_terminal_size((150, 24)).columns)
    asked = parser.parse_args(arguments)
    try:
        builds = [build for path in asked.python if (build := pythons.ask(path))] or pythons.find(asked.python)
        profile = builds[-1].version if builds else ""
        if not builds:
            print("demo: no CPython 3.12 or later was found (tools/get-pythons takes some); aiocore alone")
            columns = [of_aiocore(asked.program, name, asked.scenario, asked.c_host) for name in ("3.14", "fast")]
            show(columns, asked.width)
            return 0
        columns = [of_cpython(builds[-1], asked.scenario)]
        columns += [of_aiocore(asked.program, name, asked.scenario, asked.c_host) for name in (profile, "fast")]
    except (Failed, pythons.NotAPython) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    show(columns, asked.width)
    return 0 if summary(columns) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
