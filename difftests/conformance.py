#!/usr/bin/env python3
"""Tests any implementation of asyncio against what CPython does: the conformance kit (docs/conformance.md).

    conformance.py --version 3.14.10 -- COMMAND WORD...

Each scenario of the corpus that this release can run is given to COMMAND, one process for each, from the root of the project.
In its words {file} stands for the scenario, {version} for the release, and {record} for a file that it writes the event record
to; without {record} only standard output and the exit status are compared.  Expected is what was recorded of that CPython.

    --batch      COMMAND speaks the protocol of workers.py on its standard input and output: faster
    --only WORD  scenarios with this word in their names; may be given again

Exit status: 0 all passed, 1 something differs, 2 nothing to compare or a wrong argument.
"""
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import command  # noqa: E402
import corpus  # noqa: E402
import difftest_report as report  # noqa: E402
from workers import Outcome, Program, Worker, compare, run_once  # noqa: E402

Run = Callable[[Program], Outcome]


def run_command(words: Sequence[str], version: str, program: Program) -> Outcome:
    """One scenario in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record"
        names = {"{file}": program.name, "{version}": version, "{record}": str(record)}
        outcome = run_once([names.get(word, word) for word in words])
        text = record.read_text(encoding="utf-8", errors="replace") if record.is_file() else ""
        return replace(outcome, record=text)


def cases_of(version: str, words: Sequence[str]) -> tuple[list[tuple[corpus.Scenario, Outcome]], list[str]]:
    """The scenarios with what is expected of them, and the words of none."""
    scenarios, unknown = corpus.select(words)
    found = [(each, expected) for each in scenarios if each.fits(version) and (expected := corpus.outcome_of(version, each))]
    return found, unknown


def judge(scenario: corpus.Scenario, expected: Outcome, run: Run, with_record: bool) -> tuple[str | None, Outcome, Outcome]:
    got = run(scenario.program)
    if scenario.uncompared or not with_record:
        expected, got = replace(expected, record=""), replace(got, record="")
    return compare(expected, got), expected, got


def show(scenario: corpus.Scenario, difference: str, expected: Outcome, got: Outcome, version: str) -> None:
    print(f"✗ {scenario.path}: {difference}")
    print("\n".join(report.around(expected, got, (f"CPython {version}", "the implementation"))))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Tests an implementation of asyncio against what CPython does.")
    parser.add_argument("command", nargs="+", metavar="WORD", help="runs a scenario; {file}, {version}, {record} are replaced")
    parser.add_argument("--version", required=True, choices=corpus.recorded_versions(), help="the CPython to be like")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="scenarios with this word in their names")
    parser.add_argument("--batch", action="store_true", help="the command speaks the protocol of workers.py")
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    parser.add_argument("--jobs", type=command.positive, default=os.cpu_count() or 1, metavar="N", help="scenarios at a time")
    options = parser.parse_args(arguments)
    cases, unknown = cases_of(options.version, options.only)
    if unknown:
        parser.error(f"no scenario is called {unknown[0]}, and no file")
    with_record = options.batch or "{record}" in options.command
    worker = Worker("the implementation", options.command, options.version)
    run: Run = worker.run if options.batch else lambda program: run_command(options.command, options.version, program)
    started = time.monotonic()
    try:
        with worker, ThreadPoolExecutor(1 if options.batch else options.jobs) as pool:
            verdicts = list(pool.map(lambda case: judge(*case, run, with_record), cases))
    except (OSError, subprocess.SubprocessError) as error:
        parser.error(f"{options.command[0]} cannot be run: {error}")
    if not cases:
        print(f"conformance: CPython {options.version} can run none of these scenarios", file=sys.stderr)
        return 2
    failed = sum(difference is not None for difference, _, _ in verdicts)
    if options.json:
        entries = [{"scenario": case[0].name, "difference": verdict[0]} for case, verdict in zip(cases, verdicts)]
        counts = {"passed": len(cases) - failed, "failed": failed}
        print(json.dumps({"version": options.version, **counts, "verdicts": entries}, indent=1))
        return 1 if failed else 0
    for (scenario, _), (difference, expected, got) in zip(cases, verdicts):
        if difference is not None:
            show(scenario, difference, expected, got, options.version)
    what = "output, status and events" if with_record else "output and status alone"
    seconds = time.monotonic() - started
    totals = f"{len(cases) - failed} passed, {failed} failed, 0 skipped ({seconds:.1f} s)"
    print(f"conformance with CPython {options.version}, {what}: {totals}")
    return 1 if failed else 0


if __name__ == "__main__":
    command.end(main)
