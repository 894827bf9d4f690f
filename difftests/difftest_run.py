"""Running scenarios on both sides and judging what came of it.

A column is a build, or what was recorded of a release.  One thread runs a column: its CPython, once for each hash seed, and
aiocore beside it.  What is judged of a scenario and a column is a Verdict.
"""
from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import command
import corpus
import hosts
from corpus import Scenario
from progress import Progress
from workers import Host, Outcome, Worker, aiocore_worker, compare, python_worker, pythons

SEEDS = (None, 1, 20251, 7, 99)  # None: as it comes
IDLE = re.compile(r"^turn .*: 0 ready\n", re.MULTILINE)  # a selector woke up for itself
CLOCK = re.compile(r"^turn \d+ at [^:]*", re.MULTILINE)


@dataclass(frozen=True)
class Options:
    aiocore: str
    jobs: int
    seeds: int
    real_time: bool = False


@dataclass
class Column:
    """What aiocore is compared with."""

    name: str  # "3.14.10", "3.12.7-wasm"
    version: str
    source: str  # the path of the build, or "recorded"
    build: pythons.Build | None = None
    host: Host | None = None  # aiocore is not the interpreter of its own, but inside this very build

    @property
    def titles(self) -> tuple[str, str]:
        """What the two sides are called."""
        theirs = f"CPython {self.build.name if self.build is not None else self.name}"
        return theirs, f"aiocore.{self.host.how}()" if self.host is not None else f"aiocore {self.version}"

    @property
    def only_told(self) -> bool:
        """Differences of other implementations are told, and are no failures."""
        return self.build is not None and self.build.kind == "pypy"


@dataclass(frozen=True)
class Verdict:
    """How one scenario fared against one column."""

    scenario: str
    build: str
    state: str  # passed, failed, skipped
    reason: str = ""  # of a skip; else what differs first, in one line
    expected: Outcome | None = field(default=None, repr=False)
    got: Outcome | None = field(default=None, repr=False)


def columns_of(builds: Iterable[pythons.Build], recorded: Iterable[str]) -> list[Column]:
    """The builds, and releases that only records are left of, oldest first."""
    columns = [Column(build.name, build.version, build.path, build) for build in builds]
    there = {column.name for column in columns}
    columns += [Column(version, version, "recorded") for version in recorded if version not in there]
    return sorted(columns, key=lambda column: (corpus.key_of(column.version), column.name))


def host_columns(found: Iterable[hosts.Inside]) -> list[Column]:
    """Builds with aiocore in them, which are compared with themselves without."""
    return [Column(one.name, one.build.version, one.build.path, one.build, one.host) for one in found]


# ---- One column ----


class Runner:
    """Both sides of one column."""

    def __init__(self, column: Column, options: Options) -> None:
        self.column = column
        self.flags = "rt" if options.real_time else "r"
        if column.build is not None and column.host is not None:
            self.aiocore = python_worker(column.build, host=column.host)
        else:
            self.aiocore = aiocore_worker(options.aiocore, column.version)
        self.pythons: list[Worker] = []
        if column.build is not None:
            seeds = SEEDS[: options.seeds] if column.build.kind == "native" else SEEDS[:1]
            self.pythons = [python_worker(column.build, seed) for seed in seeds]

    def close(self) -> int:
        """Ends all; gives the exit status of aiocore."""
        for worker in self.pythons:
            worker.close()
        return self.aiocore.finish()

    def expected(self, scenario: Scenario) -> list[Outcome]:
        """What the build does, under each seed; [] if nothing is known."""
        if self.pythons:
            flags = self.flags_of(scenario)
            return [self.seen(scenario, worker.run(scenario.program, flags)) for worker in self.pythons]
        outcome = corpus.outcome_of(self.column.version, scenario)
        return [self.seen(scenario, outcome)] if outcome is not None else []

    def flags_of(self, scenario: Scenario) -> str:
        """How a CPython runs it."""
        return scenario.flags if scenario.real else self.flags

    def of_aiocore(self, scenario: Scenario, expected: Outcome) -> Outcome:
        """What aiocore does; of what needs real time in CPython that on both clocks, and what differs counts."""
        if scenario.real:
            got = self.seen(scenario, self.aiocore.run(scenario.program, "t"))
            if compare(expected, got) is not None:
                return got
        return self.seen(scenario, self.aiocore.run(scenario.program, self.flags))

    def seen(self, scenario: Scenario, outcome: Outcome) -> Outcome:
        """What is compared."""
        if scenario.uncompared:
            outcome = replace(outcome, record="")
        if "t" in self.flags:
            outcome = replace(outcome, record=CLOCK.sub("turn", IDLE.sub("", outcome.record)))
        return outcome

    def excuse(self, scenario: Scenario) -> str:
        """Why this kind of build is no measure for the scenario, or aiocore in it does not do the same; "" if neither."""
        if self.column.host is not None:
            return hosts.excuse(self.column.host, scenario.name, self.column.version)
        kind = self.column.build.kind if self.column.build is not None else "native"
        return dict(scenario.not_on).get(kind, "")

    def judge(self, scenario: Scenario) -> Verdict:
        name, build = scenario.name, self.column.name
        if not scenario.fits(self.column.version):
            return Verdict(name, build, "skipped", f"requires CPython {scenario.needs}")
        if scenario.real and (self.column.host is not None or (self.column.build and self.column.build.kind != "native")):
            return Verdict(name, build, "skipped", f"runs in real time, and here there is virtual time alone: {scenario.real}")
        outcomes = self.expected(scenario)
        if not outcomes:
            return Verdict(name, build, "skipped", "nothing was recorded of it")
        for other in outcomes[1:]:
            if difference := compare(outcomes[0], other):
                return Verdict(name, build, "failed", f"the hash seed shows: {difference}", outcomes[0], other)
        got = self.of_aiocore(scenario, outcomes[0])
        difference = compare(outcomes[0], got)
        if difference is not None and self.pythons:  # what counts is what it does in a fresh process
            self.pythons[0].close()
            outcomes[0] = self.seen(scenario, self.pythons[0].run(scenario.program, self.flags_of(scenario)))
            difference = compare(outcomes[0], got)
        if excuse := self.excuse(scenario):
            if difference is None:
                return Verdict(name, build, "failed", "says that it does something else here, and does not")
            return Verdict(name, build, "skipped", excuse)
        if difference is None:
            return Verdict(name, build, "passed")
        state = "skipped" if self.column.only_told else "failed"
        return Verdict(name, build, state, difference, outcomes[0], got)


def run_column(column: Column, scenarios: Sequence[Scenario], options: Options, tick: Callable[[], None]) -> list[Verdict]:
    runner = Runner(column, options)
    verdicts = []
    try:
        for scenario in scenarios:
            verdicts.append(runner.judge(scenario))
            tick()
    finally:
        status = runner.close()
    if status != 0 and scenarios:
        reason = f"aiocore ended with status {status} after the last one"
        verdicts.append(Verdict(scenarios[-1].name, column.name, "failed", reason))
    return verdicts


def run(columns: Sequence[Column], scenarios: Sequence[Scenario], options: Options, progress: Progress) -> list[Verdict]:
    """All scenarios against all columns, in their order."""
    total, done, lock = len(columns) * len(scenarios), 0, threading.Lock()

    def tick(go_on: Callable[[], None]) -> None:
        nonlocal done
        go_on()
        with lock:
            done += 1
            progress.show(f"difftest: {done} of {total}")

    # What is slow to start comes first, and in one piece.
    slow = [(column, scenarios) for column in columns if column.build is not None and column.build.kind == "wasm"]
    quick = [column for column in columns if not any(column is other for other, _ in slow)]
    pieces = slow + [(column, scenarios) for column in quick]
    with command.threads(options.jobs) as (pool, go_on):
        found = pool.map(lambda piece: run_column(*piece, options, lambda: tick(go_on)), pieces)
        verdicts = [each for some in found for each in some]
    progress.clear()
    place = {scenario.name: at for at, scenario in enumerate(scenarios)}
    verdicts.sort(key=lambda verdict: place[verdict.scenario])
    return verdicts + false_headers(columns, scenarios, verdicts)


def only_orders(scenario: Scenario) -> bool:
    """Whether time means nothing to it: it sets no timer, ends by itself, and does not look at the clock."""
    outcomes = [outcome for version in corpus.recorded_versions() if (outcome := corpus.outcome_of(version, scenario))]
    timed = any("sets timer" in outcome.record or outcome.status == 97 for outcome in outcomes)
    return bool(outcomes) and not timed and ".time()" not in scenario.source and "new_event_loop" not in scenario.source


# ---- Whether headers are true ----


def false_headers(columns: Sequence[Column], scenarios: Sequence[Scenario], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Scenarios that say that a release cannot run them, and it can."""
    passed = {(verdict.scenario, verdict.build) for verdict in verdicts if verdict.state == "passed"}
    found = []
    for scenario in scenarios:
        if scenario.requires:
            found += [needless for column in columns if (needless := needlessly_required(scenario, column, columns, passed))]
    return found


def needlessly_required(
    scenario: Scenario, column: Column, columns: Sequence[Column], passed: set[tuple[str, str]]
) -> Verdict | None:
    """A native build that is said to be too old, and prints just what the next one prints."""
    if scenario.fits(column.version) or column.build is None or column.build.kind != "native" or column.host is not None:
        return None
    fit = [other for other in columns if scenario.fits(other.version) and (scenario.name, other.name) in passed and other.build]
    if not fit or fit[0].build is None or fit[0].build.kind != "native":
        return None
    with python_worker(column.build) as old, python_worker(fit[0].build) as new:
        if compare(old.run(scenario.program, scenario.flags), new.run(scenario.program, scenario.flags)) is not None:
            return None
    words = f"says that it requires CPython {scenario.needs}, and does the same here"
    return Verdict(scenario.name, column.name, "failed", words)


# ---- Other runs ----


def record(builds: Sequence[pythons.Build], scenarios: Sequence[Scenario], options: Options, whole: bool) -> int:
    """Writes down what native builds do; with the whole corpus what is gone is forgotten."""

    def one(build: pythons.Build, go_on: Callable[[], None]) -> tuple[int, int]:
        changed = count = 0
        with python_worker(build) as worker:
            for scenario in scenarios:
                go_on()
                if scenario.fits(build.version):
                    changed += corpus.write_record(build.version, scenario, worker.run(scenario.program, scenario.flags))
                    count += 1
        return count, changed

    with command.threads(options.jobs) as (pool, go_on):
        for build, (count, changed) in zip(builds, pool.map(lambda build: one(build, go_on), builds)):
            changed += corpus.forget_gone(build.version, scenarios) if whole else 0
            print(f"difftest: recorded {count} scenarios of CPython {build.version} ({build.path}), {changed} files changed")
    if not builds:
        print("difftest: there is no native CPython to record", file=sys.stderr)
    return 0 if builds else 2


class Ears:
    """One build: plain and heard, with the accelerator and without."""

    def __init__(self, build: pythons.Build) -> None:
        self.name = build.name
        self.plain, self.heard = python_worker(build, plain=True), python_worker(build)
        self.pure_plain, self.pure_heard = python_worker(build, pure=True, plain=True), python_worker(build, pure=True)

    def close(self) -> None:
        for worker in (self.plain, self.heard, self.pure_plain, self.pure_heard):
            worker.close()

    def judge(self, scenario: Scenario) -> Iterator[str | None]:
        """What is wrong, or None, of each thing that is to be the same."""
        plain, heard = self.plain.run(scenario.program, "-"), self.heard.run(scenario.program)
        pure_plain, pure_heard = self.pure_plain.run(scenario.program, "-"), self.pure_heard.run(scenario.program)
        where, changes = f"{scenario.name} on {self.name}", "prints something else when it is recorded"
        yield f"{where}: {changes}" if plain.text() != heard.text() else None
        yield f"{where}, pure Python: {changes}" if pure_plain.text() != pure_heard.text() else None
        if plain.text() == pure_plain.text() and not scenario.uncompared:  # else the accelerator itself does something else
            difference = compare(heard, pure_heard)
            yield f"{where}: {difference} without the accelerator" if difference else None


def ears(builds: Sequence[pythons.Build], scenarios: Sequence[Scenario], options: Options) -> int:
    """Compares what scenarios print with and without the recorder, and what is recorded with and without the accelerator."""

    def one(build: pythons.Build, go_on: Callable[[], None]) -> list[str | None]:
        sides = Ears(build)
        answers: list[str | None] = []
        try:
            for scenario in scenarios:
                go_on()
                answers += sides.judge(scenario) if scenario.fits(build.version) and not scenario.real else []
        finally:
            sides.close()
        return answers

    started = time.monotonic()
    with command.threads(options.jobs) as (pool, go_on):
        found = [each for some in pool.map(lambda build: one(build, go_on), builds) for each in some]
    troubles = [trouble for trouble in found if trouble is not None]
    skipped = sum(not scenario.fits(build.version) or bool(scenario.real) for build in builds for scenario in scenarios)
    print("\n".join(troubles), end="\n" if troubles else "")
    totals = f"{len(found) - len(troubles)} passed, {len(troubles)} failed, {skipped} skipped"
    print(f"difftest: recording {totals} ({time.monotonic() - started:.1f} s)")
    return 1 if troubles else 0 if found else 2
