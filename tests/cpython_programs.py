#!/usr/bin/env python3
"""Programs of well-known libraries print with aiocore what they print without: python -m aiocore PROGRAM, and python PROGRAM.

    cpython_programs.py [--python VERSION|PATH]... [--only PART_OF_NAME]

The programs are tests/python_programs/LIBRARY_*.py.  The libraries are Debian's, beside the CPythons that get-pythons unpacks
(tools/get-pythons --with aiohttp --with websockets --with anyio --with tornado), or installed; what is not there is skipped, and said.
The last line is "N passed, N failed, N skipped".
"""
from __future__ import annotations

import argparse
import difflib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import cpython_host  # noqa: E402
import pythons  # noqa: E402

PROGRAMS = sorted((ROOT / "tests" / "python_programs").glob("*.py"))
SECONDS = 60
WAYS = ([], ["-m", "aiocore"], ["-m", "aiocore", "--fast"], ["-m", "aiocore.replace"])


def environment(host: cpython_host.Host) -> dict[str, str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    folders = [host.folder, *pythons.packages_for(host.python)]
    return plain | host.environment() | {"PYTHONPATH": os.pathsep.join(map(str, folders))}


def run(host: cpython_host.Host, words: list[str]) -> tuple[int, str, str]:
    command = [os.path.abspath(host.python.path), "-W", "error::RuntimeWarning", *words]
    try:
        done = subprocess.run(command, env=environment(host), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as late:
        return 124, str(late.stdout), f"more than {SECONDS} s\n{late.stderr}"
    return done.returncode, done.stdout, done.stderr


def is_there(host: cpython_host.Host, library: str) -> bool:
    return run(host, ["-c", f"import {library}"])[0] == 0


def difference(expected: tuple[int, str, str], got: tuple[int, str, str]) -> str:
    lines = [f"{out}{error}exit status {status}".splitlines() for status, out, error in (expected, got)]
    return "\n".join(difflib.unified_diff(*lines, "without", "with", lineterm=""))


def attempt(host: cpython_host.Host, program: Path, counts: Counter[str]) -> None:
    library, title = program.stem.split("_")[0], f"CPython {host.python.version}: {program.stem}"
    if not is_there(host, library):
        print(f"{title}: skipped: there is no {library} (tools/get-pythons --with {library})")
        counts["skipped"] += 1
        return
    expected = run(host, [str(program)])
    if expected[0] != 0:
        print(f"{title}: skipped: it fails without aiocore\n{expected[2]}")
        counts["skipped"] += 1
        return
    for way in WAYS[1:]:
        wrong = difference(expected, run(host, [*way, str(program)]))
        counts["failed" if wrong else "passed"] += 1
        if wrong:
            print(f"{title}, {' '.join(way)}:\n{wrong}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Runs programs of well-known libraries with aiocore and without.")
    parser.add_argument("--python", action="append", default=[], metavar="VERSION|PATH")
    parser.add_argument("--only", default="", metavar="PART_OF_NAME")
    options = parser.parse_args(arguments)
    counts = Counter(passed=0, failed=0, skipped=0)
    for python in cpython_host.chosen(options.python):
        if not cpython_host.has_headers(python):
            print(f"cpython_programs: {cpython_host.without_headers([python])}", file=sys.stderr)
            continue
        host = cpython_host.build(python)
        for program in PROGRAMS:
            if options.only in program.stem:
                attempt(host, program, counts)
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
