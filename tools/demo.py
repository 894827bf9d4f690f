#!/usr/bin/env python3
"""A tour of what the difftests compare: one scenario on every build at hand, event by event, and side by side.

    demo.py PROGRAM [--python PATH] [--width N] [FILE]

PROGRAM is the aiocore command.  First the scenario (docs/examples/nested_groups.py unless one is given) runs on all builds and on
aiocore with the semantics of each: how many turns of the loop it took, and whether both did the same.  Then the areas of the
corpus that it is about, as a table.  Last what happened in each turn: CPython, aiocore with the semantics of that CPython, and
aiocore's "fast"; a line that is not CPython's is marked.

Exit status: 0 the same everywhere, 1 aiocore does not do what a CPython does, 2 a wrong argument.
"""
from __future__ import annotations

import argparse
import difflib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pythons

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "difftests"))
import command  # noqa: E402
import corpus  # noqa: E402
import difftest_report as report  # noqa: E402
from difftest_run import Options, columns_of, run  # noqa: E402
from progress import Progress  # noqa: E402
from workers import Outcome, Program, aiocore_worker, compare, python_worker  # noqa: E402

SCENARIO = ROOT / "docs" / "examples" / "nested_groups.py"
AREAS = ("eager/", "taskgroup/", "cancel/")


@dataclass(frozen=True)
class Column:
    """What one side did."""

    title: str
    outcome: Outcome

    @property
    def lines(self) -> list[str]:
        return self.outcome.record.splitlines()

    @property
    def turns(self) -> int:
        return sum(line.startswith("turn ") for line in self.lines)


def of_cpython(build: pythons.Build, program: Program) -> Column:
    with python_worker(build) as worker:
        return Column(f"CPython {build.name}", worker.run(program))


def of_aiocore(binary: str, profile: str, program: Program) -> Column:
    with aiocore_worker(binary, profile) as worker:
        return Column(f"aiocore --semantics {profile}", worker.run(program))


# ---- On all builds ----


def on_all_builds(binary: str, builds: list[pythons.Build], program: Program) -> bool:
    """A line for each build; whether aiocore did the same on all."""
    good = True
    print(f"{program.name}, on every build at hand and on aiocore with its semantics:\n")
    print(f"{'':20}{'turns':>7}{'events':>8}   aiocore")
    for build in builds:
        theirs, ours = of_cpython(build, program), of_aiocore(binary, build.version, program)
        difference = compare(theirs.outcome, ours.outcome)
        good = good and difference is None
        print(f"{theirs.title:20}{theirs.turns:7}{len(theirs.lines):8}   {difference or 'the same, event by event'}")
    fast = of_aiocore(binary, "fast", program)
    words = "groups whose children end at once do not suspend (gh-104144)"
    print(f"{'aiocore fast':20}{fast.turns:7}{len(fast.lines):8}   {words}")
    return good


def on_the_corpus(binary: str, builds: list[pythons.Build]) -> bool:
    """The table of the areas that groups, eager tasks and cancellation are shown in."""
    scenarios, _ = corpus.select(AREAS)
    columns = columns_of(builds, corpus.recorded_versions())
    verdicts = run(columns, scenarios, Options(binary, os.cpu_count() or 1, 1), Progress())
    compared = sum(verdict.state != "skipped" for verdict in verdicts)
    failed = sum(verdict.state == "failed" for verdict in verdicts)
    counts = f"{compared} comparisons, {failed} differences"
    print(f"\n{len(scenarios)} scenarios of the corpus (./dev difftest runs all), {counts}:\n")
    print("\n".join(report.table(columns, scenarios, verdicts, each=False)))
    return failed == 0


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
    return report.cut(text, width).ljust(width)


def side_by_side(columns: list[Column], width: int) -> None:
    """Prints the columns; a line that is not that of the first is marked by a sign in front of it."""
    each = max(24, (width - 3 * (len(columns) - 1)) // len(columns))
    print("\nWhat happened in each turn of the loop:\n")
    print("   ".join(cut(column.title, each) for column in columns).rstrip())
    print("   ".join("─" * each for _ in columns))
    for row in rows(columns):
        line = cut(row[0] or "", each)
        for cell in row[1:]:
            line += (" ≠ " if cell != row[0] else "   ") + cut(cell or "", each)
        print(line.rstrip())
    print()
    for column in columns:
        print(f"{column.title}: {column.turns} turns")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=command.program)
    parser.add_argument("scenario", nargs="?", type=command.file, default=SCENARIO)
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="this build, too")
    width = shutil.get_terminal_size((150, 24)).columns
    parser.add_argument("--width", type=command.positive, default=width, metavar="N", help="columns of the terminal")
    asked = parser.parse_args(arguments)
    try:
        builds = pythons.find(asked.python)
        program = corpus.load(asked.scenario).program
    except pythons.NotAPython as error:
        parser.error(str(error))
    good = on_all_builds(asked.program, builds, program)
    good = on_the_corpus(asked.program, builds) and good
    newest = builds[-1].version if builds else "3.14"
    columns = [of_cpython(builds[-1], program)] if builds else []
    columns += [of_aiocore(asked.program, name, program) for name in (newest, "fast")]
    side_by_side(columns, asked.width)
    if not builds:
        print("demo: no CPython 3.12 or later was found (tools/get-pythons takes some); compared with what was recorded")
    return 0 if good else 1


if __name__ == "__main__":
    command.end(main)
