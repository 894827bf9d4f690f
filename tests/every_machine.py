#!/usr/bin/env python3
"""The table of test_every_machine.c has every place of the core at which a machine can be asleep.

    every_machine.py SOURCE PROGRAM

A place is what AC_AWAIT, AC_AWAIT_CORO and AC_YIELD name, with the function that it stands in and the number that
its enumeration gives it.
"""
from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FUNCTION = re.compile(r"^static ac_turn (\w+)\(ac_loop \*loop, ac_coro \*co, ac_how how")
POINT = re.compile(r"\b(?:AC_AWAIT|AC_AWAIT_CORO|AC_YIELD)\((\w+)")
ENUM = re.compile(r"enum \{([^}]*)\}")

Place = tuple[str, str, str, int]


def numbers(text: str) -> dict[str, int]:
    """What the enumerations of a file stand for."""
    found: dict[str, int] = {}
    for words in ENUM.findall(text):
        value = -1
        for word in words.split(","):
            name, _, given = word.partition("=")
            value = int(given) if given.strip().isdigit() else value + 1
            found[name.strip()] = value
    return found


def places(source: Path) -> set[Place]:
    """Every place in the core.  The hosts' bodies are their own; the I/O's need descriptors: tests/test_io_sockets.c."""
    found: set[Place] = set()
    for file in sorted(source.rglob("*.c")):
        name = file.relative_to(source).as_posix()
        if name.startswith(("hosts/", "cli/", "io/")):
            continue
        text, function = file.read_text(), "?"
        values = numbers(text)
        for line in text.splitlines():
            if match := FUNCTION.match(line):
                function = match[1]
            found.update((name, function, point, values.get(point, 0)) for point in POINT.findall(line))
    return found


def listed(program: str) -> set[Place]:
    done = subprocess.run([program, "--list"], text=True, capture_output=True, check=True)
    return {(file, function, point, int(at)) for file, function, point, at in map(str.split, done.stdout.splitlines())}


def main(source: str, program: str) -> int:
    there, tried = places(Path(source)), listed(program)
    for place in sorted(there - tried):
        print("test_every_machine.c does not try", *place)
    for place in sorted(tried - there):
        print("test_every_machine.c tries what is not there:", *place)
    return 0 if there == tried and there else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
