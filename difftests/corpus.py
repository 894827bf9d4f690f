"""The scenario files: which there are, what each says of itself, and what was recorded of them.

A scenario is scenarios/AREA/NAME.py: its docstring says what it shows; a comment "# requires: 3.14" after it keeps it
from releases before that.  What a CPython printed is recorded/VERSION/scenarios/AREA/NAME.out.
"""
from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sides import HERE, ROOT, key_of

SCENARIOS = HERE / "scenarios"
RECORDED = HERE / "recorded"
REQUIRES = re.compile(r"^# requires: *(\d+(?:\.\d+)*) *$", re.MULTILINE)


@dataclass(frozen=True)
class Scenario:
    """One file."""

    name: str  # "task/names"; of a file elsewhere its path
    path: str  # as both sides are told: from the root of the project, or absolute
    shows: str
    requires: tuple[int, ...]

    @property
    def area(self) -> str:
        return self.name.split("/")[0]


@dataclass
class Column:
    """One version of CPython: what each scenario prints there, and where that is known from."""

    version: str
    source: str  # the path of the build, or "recorded"
    expected: dict[str, str] = field(default_factory=dict)


def load(path: Path) -> Scenario:
    """Reads what a file says of itself; a file that does not parse (it may show that) says nothing."""
    path = path.resolve()
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        shows = ast.get_docstring(ast.parse(text)) or ""
    except (SyntaxError, ValueError):
        shows = ""
    need = REQUIRES.search(text)
    inside = path.is_relative_to(SCENARIOS)
    told = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    name = path.relative_to(SCENARIOS).with_suffix("").as_posix() if inside else told
    return Scenario(name, told, shows, key_of(need.group(1)) if need else ())


def select(wanted: Iterable[str]) -> tuple[list[Scenario], list[str]]:
    """The scenarios that are these files or have one of these words in their names, and the words of no scenario."""
    paths = sorted(SCENARIOS.glob("*/*.py"))
    every = {path: path.relative_to(SCENARIOS).with_suffix("").as_posix() for path in paths}
    chosen: dict[Path, None] = {}
    unknown: list[str] = []
    words = list(wanted)
    for word in words:
        if word.endswith(".py") and os.path.isfile(word):
            found = [Path(word).resolve()]
        else:
            found = [path for path, name in every.items() if word in name]
        chosen.update(dict.fromkeys(found))
        if not found:
            unknown.append(word)
    return [load(path) for path in (chosen if words else every)], unknown


def record_of(version: str, scenario: Scenario) -> Path | None:
    """Where this output is recorded; None for a file that is not of the corpus."""
    if not (SCENARIOS / f"{scenario.name}.py").is_file():
        return None
    return RECORDED / version / "scenarios" / f"{scenario.name}.out"


def recorded_versions() -> list[str]:
    """The releases that something was recorded of, oldest first."""
    names = [path.parent.name for path in RECORDED.glob("*/scenarios") if path.is_dir()]
    return sorted((name for name in names if re.fullmatch(r"\d+\.\d+\.\d+", name)), key=key_of)


def recorded(version: str, scenarios: Iterable[Scenario]) -> Column:
    column = Column(version, "recorded")
    for scenario in scenarios:
        path = record_of(version, scenario)
        if path and path.is_file():
            column.expected[scenario.name] = path.read_text(encoding="utf-8")
    return column


def record(column: Column, scenarios: Iterable[Scenario], whole: bool) -> int:
    """Writes what a build printed and gives how many files changed; with the whole corpus it forgets what is gone."""
    changed = 0
    kept: set[Path] = set()
    for scenario in scenarios:
        path = record_of(column.version, scenario)
        if path is None or scenario.name not in column.expected:
            continue
        kept.add(path)
        text = column.expected[scenario.name]
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed += 1
    if whole:
        for path in (RECORDED / column.version / "scenarios").glob("*/*.out"):
            if path not in kept:
                path.unlink()
                changed += 1
    return changed
