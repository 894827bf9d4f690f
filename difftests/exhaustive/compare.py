"""Runs chunks of programs on CPythons and on aiocore, and finds the single programs in which they differ."""
from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import workers
from exhaustive import driver, plain, programs
from exhaustive.programs import Body
from workers import Outcome, Program, Worker, pythons

MOST = 40  # programs that one bench looks for by halves; a break of everything would take for ever


@dataclass(frozen=True)
class Difference:
    """One program that one build runs in another way than aiocore as this version."""

    body: Body
    version: str
    what: str


@dataclass
class Tally:
    """What came of some programs."""

    programs: int = 0
    comparisons: int = 0
    differences: list[Difference] = field(default_factory=list)
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)  # of CPythons: how many programs they run differently

    def add(self, other: Tally) -> None:
        self.programs += other.programs
        self.comparisons += other.comparisons
        self.differences += other.differences
        for pair, count in other.pairs.items():
            self.pairs[pair] = self.pairs.get(pair, 0) + count


class Bench:
    """The workers of one thread: one for each build, and one of aiocore."""

    def __init__(self, aiocore: str, builds: Sequence[pythons.Build], flags: str, pure: bool = False) -> None:
        self.flags = flags
        self.found_by_halves = 0
        self.theirs: dict[str, Worker] = {build.version: workers.python_worker(build, pure=pure) for build in builds}
        self.ours = workers.aiocore_worker(aiocore, builds[-1].version)

    def close(self) -> None:
        for worker in (*self.theirs.values(), self.ours):
            worker.close()

    # -- running --

    def expected(self, version: str, source: str) -> Outcome:
        return self.theirs[version].run(Program("exhaustive.py", source), self.flags)

    def got(self, version: str, source: str) -> Outcome:
        return self.ours.run(Program("exhaustive.py", source), self.flags, version)

    def judge(self, bodies: Sequence[Body]) -> Tally:
        """Compares these programs on all builds."""
        source = driver.source(bodies)
        outputs: dict[str, list[str]] = {}
        tally = Tally(len(bodies), len(bodies) * len(self.theirs))
        for version in self.theirs:
            expected, got = self.expected(version, source), self.got(version, source)
            outputs[version] = expected.text().splitlines()
            if expected.text() != got.text() or expected.record != got.record:
                tally.differences += self.narrow(version, bodies, expected, got)
        for older, newer in combinations(outputs, 2):
            tally.pairs[older, newer] = sum(left != right for left, right in zip(outputs[older], outputs[newer]))
        return tally

    def narrow(self, version: str, bodies: Sequence[Body], expected: Outcome, got: Outcome) -> list[Difference]:
        """The programs that make these outcomes differ: by their lines, else by halves."""
        what = workers.compare(expected, got) or "nothing"
        if len(bodies) == 1:
            self.found_by_halves += 1
            return [Difference(bodies[0], version, what)]
        left, right = expected.text().splitlines(), got.text().splitlines()
        if len(left) == len(right) == len(bodies) and left != right:
            each = zip(bodies, left, right)
            return [Difference(body, version, in_words(*lines)) for body, *lines in each if lines[0] != lines[1]]
        if self.found_by_halves >= MOST:
            return [Difference(bodies[0], version, f"this or one of {len(bodies) - 1} others: {what}")]
        middle = len(bodies) // 2
        found_in_halves = self.rerun(version, bodies[:middle]) + self.rerun(version, bodies[middle:])
        return found_in_halves or [Difference(bodies[-1], version, f"only after {len(bodies) - 1} others: {what}")]

    def rerun(self, version: str, bodies: Sequence[Body]) -> list[Difference]:
        source = driver.source(bodies)
        expected, got = self.expected(version, source), self.got(version, source)
        same = expected.text() == got.text() and expected.record == got.record
        return [] if same else self.narrow(version, bodies, expected, got)

    def versions_that_differ(self, source: str) -> dict[str, str]:
        """What differs in one scenario file, by version."""
        found = {version: workers.compare(self.expected(version, source), self.got(version, source)) for version in self.theirs}
        return {version: what for version, what in found.items() if what is not None}


def in_words(expected: str, got: str) -> str:
    """Two lines "NOTATION | what happened" that differ."""
    return f"CPython: {expected.split(' | ', 1)[-1]}; aiocore: {got.split(' | ', 1)[-1]}"


def save(bench: Bench, body: Body, folder: Path) -> tuple[Path, dict[str, str]]:
    """Writes the program out as a scenario file of its own that says on which builds it differs and in what."""
    found = bench.versions_that_differ(plain.source(body, ""))
    shows = f"aiocore differed on CPython {', '.join(found)}." if found else "aiocore differed, but not in this plain form."
    first = "\n".join(["", "", "In what: " + next(iter(found.values()))]) if found else ""
    notation = programs.text(body)
    path = folder / f"exhaustive_{hashlib.sha256(notation.encode()).hexdigest()[:8]}.py"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(plain.source(body, (shows + first).replace("\\", "\\\\")), encoding="utf-8")
    return path, found
