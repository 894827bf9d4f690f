"""Finds the CPython builds that behaviour is compared with: 3.12 and later.

Looked at, in this order: paths given by hand, python3.12 and later on PATH, pyenv's versions, and what get-pythons
unpacked.  Each is asked for its version; two paths of one executable count once.  Run as a program it prints the list.
"""
from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = (3, 12)
PROBE = (
    "import asyncio, os, sys; v = sys.version_info;"
    "print(sys.implementation.name, v.releaselevel, '%d.%d.%d' % v[:3], os.path.realpath(sys.executable))"
)


class NotAPython(Exception):
    """A path given by hand that is no CPython of a version we compare with."""


@dataclass(frozen=True)
class Build:
    """One CPython: how to start it, and what it says of itself."""

    version: str
    path: str
    real: str  # the executable behind links and launchers

    @property
    def key(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))


def ask(path: str) -> Build | None:
    """Asks a program what it is; None unless it is a released CPython new enough."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run([path, "-I", "-c", PROBE], env=environment, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.strip().split(" ", 3)
    if done.returncode != 0 or len(words) != 4:
        return None
    name, level, version, real = words
    build = Build(version, path, real)
    return build if name == "cpython" and level == "final" and build.key[:2] >= OLDEST else None


def is_candidate(name: str) -> bool:
    match = re.fullmatch(r"python3\.(\d+)", name)
    return bool(match) and (3, int(match.group(1))) >= OLDEST


def folders() -> Iterator[Path]:
    """Where executables named python3.X are looked for."""
    for part in os.environ.get("PATH", "").split(os.pathsep):
        if part:
            yield Path(part)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted((pyenv / "versions").glob("*/bin"))
    unpacked = os.environ.get("AIOCORE_PYTHONS")
    yield Path(unpacked) if unpacked else Path(__file__).resolve().parent.parent / ".pythons"


def candidates() -> Iterator[str]:
    for folder in folders():
        try:
            names = sorted(entry.name for entry in folder.iterdir() if is_candidate(entry.name))
        except OSError:
            continue
        for name in names:
            path = folder / name
            if path.is_file() and os.access(path, os.X_OK):
                yield str(path)


def find(by_hand: Iterable[str] = ()) -> list[Build]:
    """All builds, oldest first, one for each version and executable.  NotAPython for a bad path given by hand."""
    found: dict[str, Build] = {}
    for path in by_hand:
        build = ask(path)
        if build is None:
            raise NotAPython(f"{path} is no CPython {'.'.join(map(str, OLDEST))} or later")
        found.setdefault(build.real, build)
    for path in candidates():
        if build := ask(path):
            found.setdefault(build.real, build)
    by_version: dict[str, Build] = {}
    for build in found.values():
        by_version.setdefault(build.version, build)
    return sorted(by_version.values(), key=lambda build: build.key)


def main(arguments: list[str]) -> int:
    by_hand = [word for word in arguments if word != "--json"]
    try:
        builds = find(by_hand)
    except NotAPython as error:
        print(f"pythons: {error}", file=sys.stderr)
        return 1
    if "--json" in arguments:
        print(json.dumps([{"version": build.version, "path": build.path} for build in builds], indent=1))
    else:
        for build in builds:
            print(f"{build.version:9} {build.path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
