#!/usr/bin/env python3
"""./dev bench --python works: each workload computes what it should on each column, and the run is shown in every form.  With next to
no operations: no time is looked at.

    bench_python.py [--python VERSION|PATH]      on the one that the benchmarks choose unless one is named

The last line is "N passed, N failed, N skipped".
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench" / "python" / "bench_python.py"
TINY = ("--scale", "0.0005", "--processes", "1", "--runs", "1", "--flavour", "debug")
# All columns with a few rows, and one of each kind of row with the two columns that matter most.
WIDE = ("--rows", "none_tg_eager,spawn,timers")
LONG = ("--rows", "none,memo_tg,cpu_io_eager,io_tg_eager,turns,spawning,syncing,memory", "--columns", "stock,aiocore")


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(BENCH), *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)


class Tally:
    """Counts what was looked at."""

    def __init__(self) -> None:
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}

    def check(self, name: str, test: Callable[[], object]) -> None:
        try:
            good = test()
        except Exception as error:  # an unreadable document is a failure like others
            print(f"{name}: {error!r}")
            good = False
        self.counts["passed" if good else "failed"] += 1
        if not good:
            print(f"failed: {name}")

    def skip(self, reason: str) -> None:
        self.counts["skipped"] += 1
        print(f"skipped: {reason}")


def cells(tally: Tally, found: dict[str, Any]) -> None:
    """Each cell has a value; columns of a uvloop that is not there are skipped."""
    for reason in found["missing"]:
        tally.skip(reason)
    for line in found["rows"]:
        for column, cell in line["cells"].items():
            tally.check(f"{line['row']} on {column}: {cell.get('failure')}", lambda cell=cell: cell["median"] > 0)
    for line in found["rows"]:
        tally.check(f"ratio of {line['row']}", lambda line=line: line["ratios"]["over_stock"] > 0)


def measured(tally: Tally, file: Path, *words: str) -> tuple[dict[str, Any], str]:
    """What a run found, and the table that it printed."""
    done = bench(*TINY, *words, "--json", str(file))
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        print(done.stdout + done.stderr)
        raise
    tally.check("status", lambda: done.returncode == (1 if found["failed"] else 3 if found["missing"] else 0))
    tally.check("the table", lambda: all(line["row"] in done.stdout for line in found["rows"]))
    cells(tally, found)
    return found, done.stdout


def forms(tally: Tally, file: Path, table: str) -> None:
    """What was saved is shown in every form."""
    around, picture = file.with_name("around.md"), file.with_name("picture.svg")
    around.write_text("before\n\n<!-- bench -->\nold\n<!-- /bench -->\n\nafter\n", encoding="utf-8")
    again = bench("--from", str(file), "--markdown", str(around), "--plot", str(picture))
    text = around.read_text(encoding="utf-8")
    tally.check("the same table from the file", lambda: again.stdout == table)
    tally.check("Markdown between the marks", lambda: text.startswith("before\n\n<!-- bench -->\n") and text.endswith("\nafter\n"))
    tally.check("Markdown anew", lambda: "old" not in text and "| none_tg_eager | ms |" in text)
    tally.check("the picture", lambda: "rect" in {part.tag.split("}")[1] for part in xml.etree.ElementTree.parse(picture).iter()})


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Checks that the benchmarks of the package for CPython work.")
    parser.add_argument("--python", metavar="VERSION|PATH")
    python = parser.parse_args(arguments).python
    where = ("--cpython", python) if python else ()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "found.json")
        measured(tally, file, *LONG, *where)
        _, table = measured(tally, file, *WIDE, *where)
        forms(tally, file, table)
    tally.check("a row that there is not", lambda: bench("--rows", "nothing").returncode == 2)
    print(", ".join(f"{count} {what}" for what, count in tally.counts.items()))
    return 1 if tally.counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
