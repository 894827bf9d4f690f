"""The scenario files: which there are, what each says of itself, and what was recorded of them.

A scenario is scenarios/AREA/NAME.py or regressions/NAME.py.  Its docstring says what it shows; comments after it may say more:

    # requires: 3.14                    releases before that cannot run it; 3.13.12, 3.14.3: each of its own line
    # record: not compared, REASON      what it prints is compared, its events are not
    # clock: real, REASON               CPython runs it on its own selector; only what it prints is compared
    # not on: wasm, REASON              what builds of this kind do is no measure
    # flag: NAME                        shows this flag of the semantics (run_flags.py)

What a CPython printed is recorded/VERSION/scenarios/AREA/NAME.out, what its loops did NAME.events.
"""
from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workers import HERE, ROOT, Outcome, Program

SCENARIOS = HERE / "scenarios"
REGRESSIONS = HERE / "regressions"
RECORDED = HERE / "recorded"
REQUIRES = re.compile(r"^# requires: *(\d+(?:\.\d+)*(?: *, *\d+(?:\.\d+)*)*) *$", re.MULTILINE)
UNCOMPARED = re.compile(r"^# record: not compared, *(.+?) *$", re.MULTILINE)
REAL = re.compile(r"^# clock: real, *(.+?) *$", re.MULTILINE)
NOT_ON = re.compile(r"^# not on: *(wasm|pypy), *(.+?) *$", re.MULTILINE)
STATUS = re.compile(r"\[exit status (\d+)\]\n\Z")


def key_of(version: str) -> tuple[int, ...]:
    """3.14.10-wasm is 3, 14, 10."""
    return tuple(int(part) for part in version.split("-")[0].split("."))


def is_meant(version: str, wanted: Sequence[str]) -> bool:
    """True for 3.14.10 if 3.14.10, 3.14 or nothing in particular is wanted."""
    return not wanted or any(key_of(version)[: len(key_of(word))] == key_of(word) for word in wanted)


def fits(requires: Sequence[tuple[int, ...]], version: str) -> bool:
    """Whether a release can run what requires these first releases of their lines; a line that is not named can if it is newer."""
    key = key_of(version)
    own = [need for need in requires if need[:2] == key[:2]]
    return key >= (own[0] if own else max(requires, default=()))


def needs(requires: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(".".join(map(str, need)) for need in requires)


@dataclass(frozen=True)
class Scenario:
    """One file."""

    name: str  # "task/names"; of a file elsewhere its path
    path: str  # as both sides are told: from the root of the project, or absolute
    source: str = field(repr=False)
    shows: str
    requires: tuple[tuple[int, ...], ...]  # the first releases of their lines; (): all can run it
    uncompared: str  # why its events are not compared; "": they are
    not_on: tuple[tuple[str, str], ...] = ()  # kinds of builds, and why not
    real: str = ""  # why CPython needs real time; "": it does not

    @property
    def area(self) -> str:
        return self.name.split("/")[0]

    @property
    def flags(self) -> str:
        """How a CPython runs it (workers.py)."""
        return "t" if self.real else "r"

    @property
    def program(self) -> Program:
        return Program(self.path, self.source)

    def fits(self, version: str) -> bool:
        return fits(self.requires, version)

    @property
    def needs(self) -> str:
        return needs(self.requires)


def load(path: Path) -> Scenario:
    """Reads what a file says of itself; a file that does not parse (it may show that) says nothing."""
    path = path.resolve()
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        shows = ast.get_docstring(ast.parse(text)) or ""
    except (SyntaxError, ValueError):
        shows = ""
    need, uncompared, clock = REQUIRES.search(text), UNCOMPARED.search(text), REAL.search(text)
    told = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    requires = tuple(key_of(word.strip()) for word in need.group(1).split(",")) if need else ()
    real = f"real time, {clock.group(1)}" if clock else ""
    reason = uncompared.group(1) if uncompared else real
    not_on = tuple((match.group(1), match.group(2)) for match in NOT_ON.finditer(text))
    return Scenario(name_of(path) or told, told, text, shows, requires, reason, not_on, real)


def name_of(path: Path) -> str:
    """The name of a file of the corpus; "" for any other."""
    if path.is_relative_to(SCENARIOS):
        return path.relative_to(SCENARIOS).with_suffix("").as_posix()
    if path.is_relative_to(REGRESSIONS):
        return f"regressions/{path.stem}"
    return ""


def files() -> list[Path]:
    return [*sorted(SCENARIOS.glob("*/*.py")), *sorted(REGRESSIONS.glob("*.py"))]


def select(wanted: Iterable[str]) -> tuple[list[Scenario], list[str]]:
    """The scenarios that are these files or have one of these words in their names, and the words of no scenario."""
    every = {path: name_of(path) for path in files()}
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


# ---- What was recorded ----


def record_of(version: str, scenario: Scenario) -> Path | None:
    """Where its output is recorded; None for a file that is not of the corpus."""
    if not name_of(ROOT / scenario.path):
        return None
    return RECORDED / version / "scenarios" / f"{scenario.name}.out"


def recorded_versions() -> list[str]:
    """The releases that something was recorded of, oldest first."""
    names = [path.parent.name for path in RECORDED.glob("*/scenarios") if path.is_dir()]
    return sorted((name for name in names if re.fullmatch(r"\d+\.\d+\.\d+", name)), key=key_of)


def outcome_of(version: str, scenario: Scenario) -> Outcome | None:
    """What was recorded of one scenario."""
    path = record_of(version, scenario)
    if path is None or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    ended = STATUS.search(text)
    events = path.with_suffix(".events")
    record = events.read_text(encoding="utf-8") if events.is_file() else ""
    return Outcome(int(ended.group(1)) if ended else 0, text[: ended.start()] if ended else text, "", record)


def write_record(version: str, scenario: Scenario, outcome: Outcome) -> bool:
    """Records an outcome; says whether that changed anything."""
    path = record_of(version, scenario)
    if path is None:
        return False
    changed = write(path, outcome.text())
    record = "" if scenario.uncompared else outcome.record
    return write(path.with_suffix(".events"), record) or changed


def write(path: Path, text: str) -> bool:
    """No file stands for no events; an empty output is a file."""
    if not text and path.suffix == ".events":
        existed = path.is_file()
        path.unlink(missing_ok=True)
        return existed
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def forget_gone(version: str, scenarios: Iterable[Scenario]) -> int:
    """Removes what was recorded of scenarios that are no more; how many files that were."""
    names = {scenario.name for scenario in scenarios}
    gone = 0
    folder = RECORDED / version / "scenarios"
    for path in sorted(folder.glob("*/*.*")):
        if path.relative_to(folder).with_suffix("").as_posix() not in names:
            path.unlink()
            gone += 1
    return gone
