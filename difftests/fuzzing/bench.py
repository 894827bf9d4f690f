"""The processes of one job: for each build a CPython, and an aiocore that behaves as that release, or is inside that very CPython.

A program goes to all of them, one after the other.  What a build or aiocore lacks is asked for once: programs are then made
for a tier, the vocabulary that all builds from some release on have.
"""
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import workers
from fuzzing import edges
from hosts import Inside
from programs import features
from workers import Outcome, Program, Worker, pythons

LATE = 124  # the exit status of a program that was killed for taking too long
STEPS = 98  # of one that used up its steps
ENDLESS = (STEPS, LATE)
DIED = ("killed by signal", "aiocore", "CPython")  # how stderr begins when the process is gone


@dataclass(frozen=True)
class Setup:
    """What the processes are."""

    builds: tuple[pythons.Build, ...]
    binary: str
    wrong: str | None = None  # aiocore behaves as this release on all builds, for tests of the fuzzer itself
    inside: tuple[Inside, ...] = ()  # in place of the aiocore command: these builds with aiocore in them

    @property
    def names(self) -> list[str]:
        """What is compared, as it is called in a report."""
        return [one.name for one in self.inside or self.builds]

    def workers(self, name: str) -> tuple[Worker, Worker]:
        """CPython, and aiocore."""
        for one in self.inside:
            if one.name == name:
                return workers.python_worker(one.build), workers.python_worker(one.build, host=one.host)
        build = next(build for build in self.builds if build.name == name)
        return workers.python_worker(build), workers.aiocore_worker(self.binary, self.wrong or build.version)


def died(outcome: Outcome) -> bool:
    """Was the process killed by a signal?  A program's own exit status may be as high."""
    return outcome.status > 128 and not outcome.stdout and outcome.stderr.startswith(DIED)


def difference(expected: Outcome, got: Outcome) -> str | None:
    """As workers.compare has it; but that aiocore died, or one side took too long, is that and nothing else.

    None if CPython died: then there is nothing to compare with.
    """
    if died(expected):
        return None
    if expected.status != got.status and any(died(outcome) or outcome.status == LATE for outcome in (expected, got)):
        return f"end: status {expected.status} | status {got.status}"
    return workers.compare(expected, got)


@dataclass(frozen=True)
class Compared:
    """A program on one build and on aiocore."""

    version: str  # the name of the build: its version, and its kind if it is no native one, or how aiocore is in it
    expected: Outcome
    got: Outcome
    difference: str | None  # what differs first, see difference()
    edges: int  # bits

    @property
    def crashed(self) -> bool:
        """CPython itself died of the program, so there is nothing to compare with."""
        return died(self.expected)


class Bench:
    """One process for each side of each build; they start when they are needed."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.versions = setup.names
        both = {name: setup.workers(name) for name in setup.names}
        self.theirs = {name: theirs for name, (theirs, _) in both.items()}
        self.ours = {name: ours for name, (_, ours) in both.items()}

    def close(self) -> None:
        for worker in (*self.theirs.values(), *self.ours.values()):
            worker.close()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def frameless(self, version: str) -> set[str]:
        """What is known to differ: coroutines in C have no frames among those that run."""
        return {"capture_call_graph"} if any(one.name == version and one.host.how == "install" for one in self.setup.inside) else set()

    def compare(self, program: Program, version: str, endless: bool = True) -> Compared:
        """Without endless, a program that does not end on aiocore, which counts steps, is not tried on CPython: no difference."""
        raw = self.ours[version].run(program, "rcs")
        record, taken = edges.split(raw.record)
        got = replace(raw, record=record)
        if not endless and got.status in ENDLESS:
            return Compared(version, got, got, None, taken)
        expected = self.theirs[version].run(program, "r")
        if died(expected) or difference(expected, got) is not None:  # what counts is what it does in a fresh process
            self.theirs[version].close()
            expected = self.theirs[version].run(program, "r")
        return Compared(version, expected, got, difference(expected, got), taken)

    def compare_all(self, program: Program, versions: Collection[str]) -> list[Compared]:
        return [self.compare(program, version) for version in self.versions if version in versions]


# ---- what may be in a program ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tier:
    """A vocabulary, and the builds that have it."""

    available: frozenset[str]
    versions: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """What programs are made of."""

    tiers: tuple[Tier, ...]  # the first is for all builds
    lacking: Mapping[str, tuple[str, ...]]  # what aiocore has not, and a CPython has: the features that are left out

    def features(self) -> list[str]:
        """The features of the widest tier."""
        widest = set[str]().union(*(tier.available for tier in self.tiers))
        return [name for name, feature in features.FEATURES.items() if features.usable(feature, widest)]


def tiers(had: Mapping[str, Collection[str]], versions: Sequence[str]) -> tuple[Tier, ...]:
    """What all builds from each one on have: only the steps where that grows."""
    found: list[Tier] = []
    for index in range(len(versions)):
        common = frozenset.intersection(*(frozenset(had[version]) for version in versions[index:]))
        if not found or common > found[-1].available:
            found.append(Tier(common, tuple(versions[index:])))
    return tuple(found)


def vocabulary(bench: Bench) -> Vocabulary:
    """Asks all processes of a bench what they have."""
    both: dict[str, set[str]] = {}
    lacking: set[str] = set()
    for version in bench.versions:
        theirs = features.available_in(lambda program: bench.theirs[version].run(program, ""))
        ours = features.available_in(lambda program: bench.ours[version].run(program, "")) - bench.frameless(version)
        both[version] = theirs & ours
        lacking |= theirs - ours
    out = {need: tuple(name for name, feature in features.FEATURES.items() if need in feature.needs) for need in sorted(lacking)}
    return Vocabulary(tiers(both, bench.versions), out)

