#!/usr/bin/env python3
"""Programs print after aiocore.install() what they print without, on aiocore's loop and on asyncio's, in debug mode and not.

    cpython_install.py [--python VERSION|PATH]... [--only PART_OF_NAME]

The programs are tests/install/*.py: one for each thing that is put in place, each with an async main(); what they share is in
tests/install/shared/.  They are run on all CPythons at hand that have their headers unless some are named.  The last line is "N passed,
N failed, N skipped".
"""
from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from cpython_checks import ROOT, Host, arguments_of, plain, run, run_all

SHARED = ROOT / "tests" / "install" / "shared"
PROGRAMS = sorted((ROOT / "tests" / "install").glob("*.py"))
FRAME = """\
import sys
import aiocore
how, debug = sys.argv[1:]
if how != "theirs":
    aiocore.install()
import asyncio
import logging
logging.basicConfig(format="%(message)s", level=logging.ERROR)
sys.path.append({shared!r})
from program import main
factory = aiocore.EventLoop if how == "ours" else asyncio.SelectorEventLoop
with asyncio.Runner(loop_factory=factory, debug=debug == "debug") as runner:
    runner.run(main())
"""

# Where nothing waits: whether the loop turns before a group of a child that has ended is left.
FAST = """\
import sys
import aiocore
aiocore.install(semantics=None if sys.argv[1] == "exact" else sys.argv[1])
import asyncio
async def leaf(): pass
async def main():
    loop, turned = asyncio.get_running_loop(), []
    loop.set_task_factory(asyncio.eager_task_factory)
    loop.call_soon(turned.append, 1)
    async with asyncio.TaskGroup() as group:
        group.create_task(leaf())
    print("turned" if turned else "at once")
asyncio.run(main())
"""


def difference(theirs: tuple[int, str, str], ours: tuple[int, str, str]) -> str | None:
    lines = [plain(out + error).splitlines() for _, out, error in (theirs, ours)]
    if theirs[0] == 0 == ours[0] and lines[0] == lines[1]:
        return None
    told = "\n".join(difflib.unified_diff(*lines, "without", "with", lineterm=""))
    return told or f"exit status {theirs[0]} without, {ours[0]} with\n{theirs[2]}"


def same(host: Host, place: Path, only: str) -> Iterator[tuple[str, str | None]]:
    (place / "frame.py").write_text(FRAME.format(shared=str(SHARED)), encoding="utf-8")
    for program in PROGRAMS:
        if only not in program.stem:
            continue
        (place / "program.py").write_text(program.read_text(encoding="utf-8"), encoding="utf-8")
        for debug in ("plain", "debug"):
            theirs = run(host, place, ["frame.py", "theirs", debug])
            for how in ("ours", "ours, on asyncio's loop"):
                yield f"{program.stem}, {how}, {debug}", difference(theirs, run(host, place, ["frame.py", how, debug]))


def fast(host: Host, place: Path) -> Iterator[tuple[str, str | None]]:
    """Groups wait for the loop since gh-128550 (3.12.9, 3.13.2), but for semantics="fast"."""
    old = host.python.key < (3, 12, 9) or (3, 13) <= host.python.key < (3, 13, 2)
    exact = "at once" if old else "turned"
    for semantics, expected in (("exact", exact), ("fast", "at once")):
        status, out, error = run(host, place, ["-c", FAST, semantics])
        yield f"semantics {semantics}", None if (status, out) == (0, f"{expected}\n") else f"{expected} expected: {out}{error}"


def main(arguments: list[str]) -> int:
    parser = arguments_of("Tests aiocore.install() beside asyncio.")
    parser.add_argument("--only", default="", metavar="PART_OF_NAME")
    options = parser.parse_args(arguments)
    return run_all(options.python, lambda host, place: [*same(host, place, options.only), *fast(host, place)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
