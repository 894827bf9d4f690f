#!/usr/bin/env python3
"""What no program and no file may do to aiocore run: crash it, hang it, or take all memory.

    minipy_limits.py build/gcc/src/cli/aiocore              all cases
    minipy_limits.py build/... deep_ file_nul               only those whose names begin so
    minipy_limits.py --slow 10 build/asan/...               a build that is ten times as slow (memory is not looked at)
    AIOCORE_BRIEF=1 minipy_limits.py build/...              as ./dev test runs it: files of 2 MB, not 10, and 1 GB, not 3

As many cases run at a time as there are processors, but not more than fit into the memory.
A line per case; at the end how many passed and failed.  Exit status: 0 all passed, 1 something failed, 2 a wrong argument.
"""
from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from minipy_limits_case import MEGABYTES, Case, Outcome, run_case  # noqa: E402
from minipy_limits_files import FILES  # noqa: E402
from minipy_limits_programs import PROGRAMS  # noqa: E402
from minipy_limits_surroundings import SURROUNDINGS  # noqa: E402

CASES: list[Case] = [*PROGRAMS, *FILES, *SURROUNDINGS]


def chosen(names: list[str]) -> list[Case]:
    return [case for case in CASES if not names or any(case.name.startswith(name) for name in names)]


def jobs() -> int:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6
    return max(1, min(os.cpu_count() or 1, int(memory / 2 / MEGABYTES)))


def outcomes(cases: list[Case], aiocore: Path, slow: float) -> Iterator[tuple[Case, Outcome]]:
    """In the order of the cases."""

    def run(case: Case) -> Outcome:
        with tempfile.TemporaryDirectory(prefix="minipy_limits_") as folder:
            return run_case(case, aiocore, Path(folder), slow)

    with ThreadPoolExecutor(jobs()) as pool:
        yield from zip(cases, pool.map(run, cases))


def report(case: Case, outcome: Outcome) -> bool:
    word = "ok    " if not outcome.trouble else "FAILED"
    print(f"{word} {case.name:32} {outcome.seconds:6.2f} s {outcome.megabytes:6.0f} MB", flush=True)
    for line in outcome.trouble:
        print(f"         {line}", flush=True)
    return not outcome.trouble


def main() -> int:
    parser = argparse.ArgumentParser(description="Limits of the teaching interpreter.")
    parser.add_argument("aiocore", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--slow", type=float, default=1.0, help="how many times slower than usual this build may be")
    options = parser.parse_args()
    if not os.access(options.aiocore, os.X_OK):
        print(f"minipy_limits: cannot run {options.aiocore}", file=sys.stderr)
        return 2
    failed = passed = 0
    for case, outcome in outcomes(chosen(options.names), options.aiocore.resolve(), options.slow):
        if report(case, outcome):
            passed += 1
        else:
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
