"""The semantics flags, the releases that have them, and the programs that show them.

The flags come from "aiocore semantics --json", which also says what shows each: a scenario, or a twin where the scenario
language cannot say it.  In that program stands a comment "# flag: NAME".
"""
from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import corpus
from corpus import key_of
from workers import HERE, ROOT

TWINS = HERE / "twins"
HEADER = re.compile(r"^# flag: *(\S.*?) *$", re.MULTILINE)
RELEASE = re.compile(r"3\.\d+\.\d+")


@dataclass(frozen=True)
class Flag:
    """One difference between releases."""

    name: str
    issue: str
    summary: str
    on_in: str  # for people: "3.13.0+, 3.14, 3.15"
    on: frozenset[str]  # the releases that have it
    scenario: str  # what shows it, from this folder and without .py: "scenarios/versions/sleep_rejects_nan"

    @property
    def own(self) -> bool:
        """True if no CPython has it."""
        return not self.on


@dataclass(frozen=True)
class Table:
    """All flags, and the releases that aiocore knows, oldest first."""

    flags: tuple[Flag, ...]
    releases: tuple[str, ...]


@dataclass(frozen=True)
class Witness:
    """A program that shows a flag."""

    name: str  # "versions/sleep_rejects_nan"; of a twin "twins/step_by_hand"
    path: str  # from the root of the project
    flag: str
    shows: str
    requires: tuple[tuple[int, ...], ...]  # as of a scenario
    twin: str  # the name of its C half; "" for a scenario

    def fits(self, version: str) -> bool:
        return corpus.fits(self.requires, version)


class NoTable(Exception):
    """aiocore does not say what its flags are."""


# ---- Flags ----


def releases_of(on_in: str, releases: Iterable[str]) -> frozenset[str]:
    """The releases that "3.12, 3.13.0-3.13.2, 3.13.4+, 3.14.3" means: + goes to the end of the minor release."""
    return frozenset(name for name in releases if any(is_in(key_of(name), part) for part in on_in.split(", ")))


def is_in(key: tuple[int, ...], part: str) -> bool:
    if "-" in part:
        first, last = part.split("-")
        return key_of(first) <= key <= key_of(last)
    if part.endswith("+"):
        first_key = key_of(part[:-1])
        return key[:2] == first_key[:2] and key >= first_key
    named = re.fullmatch(r"\d+(\.\d+)*", part)
    return bool(named) and key[: len(key_of(part))] == key_of(part)


def load(binary: str) -> Table:
    """Asks aiocore for its table."""
    try:
        done = subprocess.run([binary, "semantics", "--json"], capture_output=True, text=True, timeout=60, check=True)
        known = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise NoTable(f"{binary} semantics --json: {error}") from error
    return table_of(known)


def table_of(known: dict) -> Table:
    presets: dict[str, list[str]] = known["presets"]
    releases = tuple(name for name in presets if RELEASE.fullmatch(name))
    flags = [
        Flag(
            each["name"], each["issue"], each["summary"], each["on_in"],
            frozenset(name for name in releases if each["name"] in presets[name]), each["scenario"],
        )
        for each in known["flags"]
    ]
    return Table(tuple(flags), releases)


# ---- Programs ----


def witness_of(path: Path) -> Witness | None:
    header = HEADER.search(path.read_text(encoding="utf-8"))
    if header is None:
        return None
    scenario = corpus.load(path)
    twin = path.stem if path.parent == TWINS else ""
    name = f"twins/{path.stem}" if twin else scenario.name
    return Witness(name, path.relative_to(ROOT).as_posix(), header.group(1), scenario.shows, scenario.requires, twin)


def witnesses() -> list[Witness]:
    """All programs with the header, scenarios first."""
    paths = sorted(corpus.SCENARIOS.glob("*/*.py")) + sorted(TWINS.glob("*.py"))
    return [each for each in map(witness_of, paths) if each is not None]


def strays(table: Table, programs: Iterable[Witness]) -> list[str]:
    """Headers that name no flag, or a flag that the table says is shown by another program."""
    shown = {flag.name: f"difftests/{flag.scenario}.py" for flag in table.flags}
    problems = []
    for each in programs:
        if each.flag not in shown:
            problems.append(f"{each.path}: no flag is called {each.flag}")
        elif each.path != shown[each.flag]:
            problems.append(f"{each.path}: the table says that {shown[each.flag]} shows {each.flag}")
    return problems
