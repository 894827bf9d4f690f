"""Finds the builds that behaviour is compared with: CPython 3.12 and later, and, if asked, CPython in WebAssembly and PyPy.

Looked at, in this order: paths given by hand, python3.12 and later on PATH, pyenv's versions, and what get-pythons unpacked.
Each is asked for its version; two paths of one executable count once.  What was looked at and is of no use is known, too, with
the reason.

    pythons.py [--all] [--json] [PATH...]     prints the list; paths are looked at first

Exit status: 0 whatever was found, 1 a path that was given is no such build, 2 a wrong argument.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 12)
KINDS = ("native", "wasm", "pypy")
PROBE = (
    "import asyncio, os, sys; v = sys.version_info;"
    "print(sys.implementation.name, v.releaselevel, '%d.%d.%d' % v[:3], os.path.realpath(sys.executable))"
)
WORKER = ROOT / "difftests" / "worker.py"
WASM_WORKER = ROOT / "difftests" / "wasm_worker.mjs"
MODULE = "pyodide.asm.wasm"  # CPython itself, in the folder of a WebAssembly build
SECONDS = 60  # for an answer


class NotAPython(Exception):
    """A path given by hand that is nothing we compare with."""


@dataclass(frozen=True)
class Build:
    """One build: how to start it, and what it says of itself."""

    version: str  # of the language
    path: str  # an executable; of a WebAssembly build its folder
    real: str  # what is behind links and launchers
    kind: str = "native"

    @property
    def key(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))

    @property
    def name(self) -> str:
        """The version, and the kind unless it is a native CPython: "3.12.7-wasm"."""
        return self.version if self.kind == "native" else f"{self.version}-{self.kind}"


@dataclass(frozen=True)
class Refusal:
    """Something that was looked at, and why it is no build to compare with."""

    path: str
    reason: str


def command(build: Build) -> list[str]:
    """The command line of the process that runs programs on a build (difftests/worker.py says how it is spoken to)."""
    if build.kind == "wasm":
        return ["node", str(WASM_WORKER), os.path.abspath(build.path)]
    path = os.path.abspath(build.path) if os.sep in build.path else build.path
    return [path, "-I", str(WORKER)]


# ---- asking --------------------------------------------------------------------------------------------------


def judge(path: str, answer: str, folder: bool = False) -> Build | Refusal:
    """Reads what a build said of itself."""
    words = answer.strip().split(" ", 3)
    if len(words) != 4:
        return Refusal(path, "does not run as a Python that has asyncio")
    implementation, level, version, real = words
    kind = "wasm" if folder else {"cpython": "native", "pypy": "pypy"}.get(implementation, "")
    build = Build(version, path, real, kind)
    if not kind:
        return Refusal(path, f"is {implementation}, which we know nothing of")
    if build.key[:2] < OLDEST:
        return Refusal(path, f"is {build.name}, which is too old: we compare with {'.'.join(map(str, OLDEST))} and later")
    if level != "final":
        return Refusal(path, f"is a pre-release of {build.name}")
    return build


def question(arguments: list[str]) -> str:
    """What a program answers; nothing if it fails."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run(
            arguments,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def module_sum(folder: Path) -> str:
    return hashlib.sha256((folder / MODULE).read_bytes()).hexdigest()


def known_version(folder: Path) -> str | None:
    """What a WebAssembly build said when get-pythons asked it, if it still is the same; starting one takes a second or two."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return str(manifest["version"]) if manifest["module"] == module_sum(folder) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def examine_folder(path: str) -> Build | Refusal:
    """A WebAssembly build, in an unpacked npm package pyodide."""
    folder = Path(path)
    if not (folder / MODULE).is_file():
        return Refusal(path, f"is a folder without {MODULE}")
    if not shutil.which("node"):
        return Refusal(path, "needs node to run, which is not on PATH")
    if version := known_version(folder):
        return Build(version, path, os.path.realpath(path), "wasm")
    return judge(path, question(["node", str(WASM_WORKER), os.path.abspath(path), "--ask"]), folder=True)


def examine(path: str) -> Build | Refusal:
    """Asks a program, or a folder with a WebAssembly build, what it is."""
    if os.path.isdir(path):
        return examine_folder(path)
    if not shutil.which(path):
        return Refusal(path, "is no program")
    return judge(path, question([path, "-I", "-c", PROBE]))


def ask(path: str, kinds: Iterable[str] = ("native",)) -> Build | None:
    """The build at a path; None unless it is one of these kinds, released and new enough."""
    found = examine(path)
    return found if isinstance(found, Build) and found.kind in kinds else None


# ---- where to look -------------------------------------------------------------------------------------------


def is_candidate(name: str, kinds: Iterable[str]) -> bool:
    match = re.fullmatch(r"(python|pypy)3(?:\.(\d+))?", name)
    if not match:
        return False
    if match.group(1) == "pypy":
        return "pypy" in kinds
    return "native" in kinds and match.group(2) is not None and (3, int(match.group(2))) >= OLDEST


def unpacked() -> Path:
    """Where get-pythons puts builds."""
    named = os.environ.get("AIOCORE_PYTHONS")
    return Path(named) if named else ROOT / ".pythons"


def packages_for(build: Build) -> list[Path]:
    """Where get-pythons --with put the packages for a build that it unpacked; for PYTHONPATH."""
    minor = "{}.{}".format(*build.key)
    if Path(build.path).resolve() != (unpacked() / f"python{minor}").resolve():
        return []
    folder = unpacked() / f"packages-{minor}" / "usr" / "lib" / "python3" / "dist-packages"
    return [folder.resolve()] if folder.is_dir() else []


def folders() -> Iterator[Path]:
    """Where executables are looked for."""
    for part in os.environ.get("PATH", "").split(os.pathsep):
        if part:
            yield Path(part)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted((pyenv / "versions").glob("*/bin"))
    yield unpacked()


def candidates(kinds: Iterable[str]) -> Iterator[str]:
    for folder in folders():
        try:
            names = sorted(entry.name for entry in folder.iterdir() if is_candidate(entry.name, kinds))
        except OSError:
            continue
        for name in names:
            path = folder / name
            if path.is_file() and os.access(path, os.X_OK):
                yield str(path)
    if "wasm" in kinds:
        yield from map(str, sorted(unpacked().glob("wasm-*")))


# ---- finding -------------------------------------------------------------------------------------------------


def look(by_hand: Iterable[str] = (), kinds: Iterable[str] = ("native",)) -> tuple[list[Build], list[Refusal]]:
    """All builds of these kinds, oldest first, one for each name and executable; and what was refused."""
    kinds = tuple(kinds)
    found: dict[str, Build] = {}
    refused: list[Refusal] = []
    for path in dict.fromkeys([*by_hand, *candidates(kinds)]):
        answer = examine(path)
        if isinstance(answer, Refusal):
            refused.append(answer)
        elif answer.kind not in kinds:
            refused.append(Refusal(path, f"is {answer.name}; here only {' and '.join(kinds)} builds can be used"))
        else:
            found.setdefault(answer.real, answer)
    by_name: dict[str, Build] = {}
    for build in found.values():
        by_name.setdefault(build.name, build)
    return sorted(by_name.values(), key=lambda build: (build.key, KINDS.index(build.kind))), refused


def find(by_hand: Iterable[str] = (), kinds: Iterable[str] = ("native",)) -> list[Build]:
    """The builds of these kinds, oldest first.  NotAPython for a path given by hand that is none."""
    given = list(by_hand)
    builds, refused = look(given, kinds)
    for refusal in refused:
        if refusal.path in given:
            raise NotAPython(f"{refusal.path} {refusal.reason}")
    return builds


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Lists the builds of CPython that aiocore is compared with.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="look at these first")
    parser.add_argument("--all", action="store_true", help="every kind of build, and what was refused and why")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    options = parser.parse_args(arguments)
    builds, refused = look(options.paths, KINDS if options.all else ("native",))
    bad = [refusal for refusal in refused if refusal.path in options.paths]
    for refusal in refused if options.all else bad:
        print(f"pythons: {refusal.path} {refusal.reason}", file=sys.stderr)
    if options.json:
        entries = [{"name": build.name, "version": build.version, "kind": build.kind, "path": build.path} for build in builds]
        print(json.dumps(entries, indent=1))
    else:
        for build in builds:
            print(f"{build.name:12} {build.path}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
