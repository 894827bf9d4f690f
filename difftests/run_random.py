#!/usr/bin/env python3
"""Compares random asyncio programs on aiocore's interpreter and on each CPython at hand.

    run_random.py --bin AIOCORE [--first SEED] [--count N] [--semantics VERSION] [--keep FOLDER]

Program SEED is the same everywhere (random_programs.py); what it prints and its exit status are compared.  --keep leaves the
programs that differ in a folder.  Exit status: 0 no difference, 1 some, 2 nothing was compared.
"""
from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import random_programs
import sides
from sides import pythons

BATCH = 100  # programs that one CPython process runs
INSIDE = re.compile(r"[\w.<>]+\(\) at [^\s\]]*asyncio/\w+\.py:\d+")  # callbacks of asyncio's own differ in name and place


def comparable(text: str) -> str:
    return INSIDE.sub("(asyncio's)", text)


def first_difference(expected: str, got: str) -> str:
    pairs = enumerate(zip(expected.splitlines() + [""], got.splitlines() + [""]), 1)
    number, (theirs, ours) = next(((n, pair) for n, pair in pairs if pair[0] != pair[1]), (0, ("", "")))
    return f"line {number}:\n    - CPython {theirs}\n    + aiocore {ours}"


def compare(build: pythons.Build, aiocore: str, paths: list[str]) -> dict[str, str]:
    """What differs, by path."""
    theirs = sides.run_python(build, paths)

    def one(path: str) -> tuple[str, str]:
        got, _ = sides.run_program([aiocore, "run", "--virtual-time", "--semantics", build.version, path])
        expected = comparable(sides.canonical(theirs[path]["stdout"], theirs[path]["status"]))
        return path, "" if expected == comparable(got) else first_difference(expected, comparable(got))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {path: difference for path, difference in pool.map(one, paths) if difference}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bin", required=True, metavar="AIOCORE")
    parser.add_argument("--first", type=int, default=1, metavar="SEED")
    parser.add_argument("--count", type=int, default=200, metavar="N")
    parser.add_argument("--semantics", default="", metavar="VERSION", help="only CPythons of this version, as 3.14")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    aiocore = str(Path(options.bin).resolve())
    builds = [build for build in pythons.find() if (build.version + ".").startswith(options.semantics.rstrip(".") + ".") or not options.semantics]
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for seed in range(options.first, options.first + options.count):
            path = Path(folder) / f"random_{seed}.py"
            path.write_text(random_programs.program(seed), encoding="utf-8")
            paths.append(str(path))
        for build in builds:
            for start in range(0, len(paths), BATCH):
                batch = paths[start : start + BATCH]
                different = compare(build, aiocore, batch)
                passed, failed = passed + len(batch) - len(different), failed + len(different)
                for path, difference in different.items():
                    print(f"{Path(path).name} on {build.version}, {difference}")
                    if options.keep:
                        options.keep.mkdir(parents=True, exist_ok=True)
                        shutil.copy(path, options.keep)
    print(f"random programs: {passed} passed, {failed} failed")
    return 1 if failed else 0 if passed else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
