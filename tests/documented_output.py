#!/usr/bin/env python3
"""Checks that what the documents show of the aiocore command is what it prints.

    documented_output.py AIOCORE ROOT

A block in docs/*.md that is (a part of) such an output says so on the line above it:

    <!-- part of: aiocore trace --virtual-time docs/examples/minipy/one_await.py -->

The command is run in ROOT; the lines of the block must stand in its output, together and in this order.  Exit status: 0 all
do, 1 one does not, or there is no such block.
"""
from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

MARK = re.compile(r"^<!-- part of: aiocore (?P<words>[^\n]+) -->\n```text\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL)


def output(aiocore: str, words: str, root: Path) -> str:
    command = [aiocore, *shlex.split(words)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    return done.stdout


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    aiocore, root = str(Path(arguments[0]).resolve()), Path(arguments[1])
    checked = wrong = 0
    for document in sorted((root / "docs").glob("*.md")):
        for match in MARK.finditer(document.read_text(encoding="utf-8")):
            checked += 1
            printed = output(aiocore, match["words"], root)
            if "\n" + match["block"] in "\n" + printed:
                continue
            wrong += 1
            print(f"{document.name}: aiocore {match['words']} does not print what is shown, but:\n{printed}")
    print(f"{checked - wrong} of {checked} blocks as printed")
    return 0 if checked and not wrong else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
