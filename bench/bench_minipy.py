#!/usr/bin/env python3
"""Measures the interpreter against CPython: the start of a machine and of a program, and tight loops.

    bench_minipy.py AIOCORE [--python PATH] [--runs N] [--json]

Both sides run in turn, several times; what is printed are medians and their ratio.  Machines are noisy: look at the ratio.
"""
from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import pythons  # noqa: E402

HELLO = """import asyncio


async def main():
    await asyncio.sleep(0)
    print("hello")


asyncio.run(main())
"""
ADDITIONS = """def add(n):
    total = 0
    for i in range(n):
        total += i
    return total


print(add(10_000_000))
"""
CALLS = """def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(27))
"""
AWAITS = """import asyncio


async def leaf(i):
    await asyncio.sleep(0)
    return i


async def main():
    total = 0
    for i in range(100_000):
        total += await leaf(i)
    print(total)


asyncio.run(main())
"""
PROGRAMS = {"empty": "pass\n", "start": HELLO, "10M additions": ADDITIONS, "fib(27)": CALLS, "100k awaits": AWAITS}


def seconds(words: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def measure(ours: list[str], theirs: list[str], runs: int) -> tuple[float, float]:
    """The medians of runs in turn."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("aiocore")
    parser.add_argument("--python", help="the CPython to compare with (the newest 3.14 at hand)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = [build for build in pythons.find() if build.key[:2] == (3, 14)]
    python = options.python or (found[-1].path if found else sys.executable)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PROGRAMS.items():
            file = Path(folder) / "program.py"
            file.write_text(text, encoding="utf-8")
            ours, theirs = measure([options.aiocore, "run", str(file)], [python, str(file)], options.runs)
            rows.append({"what": name, "aiocore_ms": ours * 1e3, "cpython_ms": theirs * 1e3, "ratio": ours / theirs})
    if options.json:
        print(json.dumps(rows))
        return 0
    print(f"{'':16} {'aiocore':>10} {'CPython':>10} {'ratio':>7}   (medians of {options.runs})")
    for row in rows:
        print(f"{row['what']:16} {row['aiocore_ms']:7.1f} ms {row['cpython_ms']:7.1f} ms {row['ratio']:7.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
