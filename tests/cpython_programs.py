#!/usr/bin/env python3
"""Programs of well-known libraries print with aiocore what they print without: python -m aiocore PROGRAM, and python PROGRAM.

    cpython_programs.py [--python VERSION|PATH]... [--only PART_OF_NAME]

The programs are tests/python_programs/LIBRARY_*.py.  The libraries are Debian's, beside the CPythons that get-pythons unpacks
(tools/get-pythons --with aiohttp --with websockets --with anyio --with tornado), or installed; what is not there is skipped, and said.
The last line is "N passed, N failed, N skipped".
"""
from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from cpython_checks import ROOT, Host, Skipped, arguments_of, run, run_all

import pythons

PROGRAMS = sorted((ROOT / "tests" / "python_programs").glob("*.py"))
WAYS = ("aiocore", "aiocore --fast", "aiocore.replace")


def run_here(host: Host, place: Path, words: list[str]) -> tuple[int, str, str]:
    return run(host, place, ["-W", "error::RuntimeWarning", *words], pythons.packages_for(host.python))


def difference(expected: tuple[int, str, str], got: tuple[int, str, str]) -> str | None:
    lines = [f"{out}{error}exit status {status}".splitlines() for status, out, error in (expected, got)]
    return "\n".join(difflib.unified_diff(*lines, "without", "with", lineterm="")) or None


def attempt(host: Host, place: Path, program: Path) -> Iterator[tuple[str, str | None]]:
    library = program.stem.split("_")[0]
    status, _, error = run_here(host, place, ["-c", f"import {library}"])
    if f"No module named '{library}'" in error:
        yield program.stem, Skipped(f"there is no {library} (tools/get-pythons --with {library})")
        return
    expected = run_here(host, place, [str(program)])
    if status != 0 or expected[0] != 0:
        yield program.stem, f"fails without aiocore:\n{error}{expected[2]}"
        return
    for way in WAYS:
        yield f"{program.stem}, {way}", difference(expected, run_here(host, place, ["-m", *way.split(), str(program)]))


def checks(host: Host, place: Path, only: str) -> Iterator[tuple[str, str | None]]:
    for program in PROGRAMS:
        if only in program.stem:
            yield from attempt(host, place, program)


def main(arguments: list[str]) -> int:
    parser = arguments_of("Runs programs of well-known libraries with aiocore and without.")
    parser.add_argument("--only", default="", metavar="PART_OF_NAME")
    options = parser.parse_args(arguments)
    return run_all(options.python, lambda host, place: checks(host, place, options.only))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
