#!/usr/bin/env python3
"""Prints how big things are: lines, comments and functions by folder, and the longest of each.

A mirror, not a gate: nobody fails for a long function.  One thing is a gate: a marker of a debt (the words below) may not
be in the tree, because debts are issues, not comments; the exit status is then 1.
Lines are non-blank lines; a comment line has nothing but comment on it; a function is counted from its opening to its
closing brace, which clang-format puts at the start of a line.
"""
from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = ("src/base", "src/loop", "src/future", "src/task", "src/flow")
FOLDERS = (
    "include/aiocore", "src/base", "src/loop", "src/future", "src/task", "src/flow", "src/trace", "src/hosts/c", "src/hosts/cpython", "src/hosts/minipy", "src/cli", "tests", "bench",
    "docs/examples", "difftests",
)  # fmt: skip
DEBTS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
TEXTS = {".c", ".h", ".cpp", ".py", ".md", ".build", ".txt", ".yml", ""}


@dataclass
class Folder:
    """What was counted in one folder."""

    name: str
    files: list[tuple[int, str]] = field(default_factory=list)
    comments: int = 0
    functions: list[tuple[int, str]] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return sum(length for length, _ in self.files)


def comment_lines(lines: list[str]) -> int:
    """How many lines are comment and nothing else."""
    count, inside = 0, False
    for line in lines:
        text = line.strip()
        if inside:
            count += 1
            inside = "*/" not in text
        elif text.startswith("//"):
            count += 1
        elif text.startswith("/*"):
            inside = "*/" not in text
            count += inside or text.endswith("*/")
    return count


def functions(lines: list[str], name: str) -> Iterator[tuple[int, str]]:
    """Length and place of each function: from a brace at the start of a line to the next one that closes there."""
    start = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            head = next((text for text in reversed(lines[:start]) if re.match(r"[A-Za-z_]", text)), "")
            match = re.search(r"(\w+)\s*\(", head)
            yield number - start - 1, f"{match.group(1) if match else '?'} ({name}:{start})"
            start = None


def measure(folder: str) -> Folder:
    result = Folder(folder)
    for path in sorted((ROOT / folder).rglob("*.[ch]")):
        name = path.relative_to(ROOT).as_posix()
        lines = path.read_text(encoding="utf-8").splitlines()
        result.files.append((sum(1 for line in lines if line.strip()), name))
        result.comments += comment_lines(lines)
        result.functions += functions(lines, name)
    return result


def row(folder: Folder) -> str:
    lengths = sorted(length for length, _ in folder.functions)
    share = round(100 * folder.comments / folder.lines) if folder.lines else 0
    shape = "-"
    if lengths:
        tenth = lengths[min(len(lengths) - 1, round(0.9 * len(lengths)))]
        shape = f"{statistics.median(lengths):.0f} / {tenth} / {lengths[-1]}"
    return f"{folder.name:18} {len(folder.files):6} {folder.lines:7} {share:9} % {len(lengths):10}   {shape}"


def show(folders: list[Folder]) -> None:
    print(f"{'folder':18} {'files':>6} {'lines':>7} {'comments':>11} {'functions':>10}   median / p90 / max")
    for folder in folders:
        print(row(folder))
    library = [folder for folder in folders if folder.name in CORE]
    print(row(Folder("the core", [f for part in library for f in part.files], sum(part.comments for part in library),
                     [f for part in library for f in part.functions])))  # fmt: skip
    for title, pairs in (
        ("longest files", [pair for folder in folders for pair in folder.files]),
        ("longest functions", [pair for folder in folders for pair in folder.functions]),
    ):
        print(f"\n{title}:")
        for length, name in sorted(pairs, reverse=True)[:5]:
            print(f"{length:6}  {name}")


def tracked() -> Iterator[Path]:
    """The files of the project: what git knows, else what lies in the folders."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0 and done.stdout:
        yield from (ROOT / name for name in done.stdout.split("\0") if name)
    else:
        for folder in ("include", "src", "tests", "bench", "docs", "tools", "difftests"):
            yield from (path for path in (ROOT / folder).rglob("*") if path.is_file())


def debts() -> Iterator[str]:
    for path in sorted(tracked()):
        if path.suffix not in TEXTS or not path.is_file():
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            if match := DEBTS.search(line):
                yield f"{path.relative_to(ROOT).as_posix()}:{number}: {match.group(1)}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Prints how big things are; fails only for markers of debts.")
    parser.add_argument("--gate", action="store_true", help="only the gate, no tables")
    options = parser.parse_args(arguments)
    if not options.gate:
        show([folder for folder in map(measure, FOLDERS) if folder.files])
        print()
    found = list(debts())
    for line in found:
        print(line)
    print(f"metrics: {len(found)} markers of debts (a debt is an issue, not a comment)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
