"""What the tests of the CPython host share: programs are run in CPythons with aiocore, and what becomes of them is counted."""
from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import builds  # noqa: E402
import cpython_host  # noqa: E402
from cpython_host import Host  # noqa: E402

SECONDS = 180
# Titles, and what is wrong: None for nothing, Skipped for what cannot be asked of this CPython.
Checks = Callable[[Host, Path], Iterable[tuple[str, str | None]]]


class Skipped(str):
    """Why a check is skipped."""


def run(
    host: Host, place: Path, words: list[str], folders: Sequence[Path] = ()
) -> tuple[int, str, str]:
    """Exit status (124: it took too long), output and errors of a program, without addresses in its output; folders: more that it can
    import from."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | host.environment()
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], *map(str, folders)])
    path = os.path.abspath(host.python.path)
    try:
        done = subprocess.run(
            [path, *words], cwd=place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return 124, "", f"more than {SECONDS} s"
    return done.returncode, re.sub(r" at 0x[0-9a-f]+", "", done.stdout), done.stderr


def plain(text: str) -> str:
    """Without what differs from run to run, and the names of the classes of loops."""
    text = re.sub(r" at 0x[0-9a-f]+", "", text)
    return re.sub(r"when=[0-9.]+|<\w*(Unix)?Selector\w* |<EventLoop ", "", text)


def arguments_of(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--python", action="append", default=[], metavar="VERSION|PATH", help="on this one (all at hand)")
    return parser


def count(host: Host, checks: Checks, counts: Counter[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for title, wrong in checks(host, Path(folder).resolve()):
            where = f"CPython {host.python.version}: {title}"
            if isinstance(wrong, Skipped):
                print(f"skipped: {where}: {wrong}")
            elif wrong is not None:
                print(f"{where}:\n{wrong}")
            counts["skipped" if isinstance(wrong, Skipped) else "passed" if wrong is None else "failed"] += 1


def run_all(pythons: list[str], checks: Checks, flavour: str = "debug") -> int:
    """On each CPython; the last line is "N passed, N failed, N skipped".  The exit status."""
    counts = Counter(passed=0, failed=0, skipped=0)
    try:
        found = cpython_host.chosen(pythons)
    except cpython_host.NoPython as error:
        print(error, file=sys.stderr)
        return 2
    for python in found:
        if not cpython_host.has_headers(python):
            print(f"skipped: {cpython_host.without_headers([python])}")
            counts["skipped"] += 1
            continue
        try:
            count(cpython_host.build(python, flavour), checks, counts)
        except builds.BuildFailed as failure:
            print(f"{failure.log}\n{failure} failed")
            counts["failed"] += 1
    print(", ".join(f"{number} {state}" for state, number in counts.items()))
    return 1 if counts["failed"] else 0
