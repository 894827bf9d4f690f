#!/usr/bin/env python3
"""Runs a program and compares what it prints with the file of what is expected.

    run_example.py PROGRAM EXPECTED [ARGUMENT...]

The program must end with status 0 and print exactly the expected lines on its standard output.  What it writes to standard
error is shown, not compared.  Exit status: 0 the same, 1 different.
"""
from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

TIMEOUT = 60  # seconds; the examples take less than one


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    program, expected_path, *rest = arguments
    wanted = Path(expected_path).read_text(encoding="utf-8")
    try:
        done = subprocess.run([program, *rest], capture_output=True, text=True, timeout=TIMEOUT, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        print(f"{program} did not end within {TIMEOUT} seconds")
        return 1
    sys.stderr.write(done.stderr)
    lines = difflib.unified_diff(wanted.splitlines(), done.stdout.splitlines(), expected_path, program, lineterm="")
    difference = "\n".join(lines)
    if difference:
        print(difference)
    if done.returncode != 0:
        print(f"{program} ended with status {done.returncode}")
    if difference or done.returncode != 0:
        return 1
    print(f"{len(wanted.splitlines())} lines as expected")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
