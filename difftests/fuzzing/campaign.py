"""A run of the fuzzer: rounds of programs, shared among jobs.

The weights are fixed within a round; what the programs of a round reached is folded in the order of their seeds, whichever job
ran them, and gives the weights of the next.  So a run is the same for the same seed, however many jobs there are and however
long it is let go on.  A shard has every Nth seed, and steers by its own programs alone.
"""
from __future__ import annotations

import itertools
import queue
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from fuzzing.bench import Bench, Compared, Setup, Tier, Vocabulary
from fuzzing.edges import EdgeMap
from fuzzing.findings import MOST, SECONDS, Finding, Findings, clip
from fuzzing.steering import Steering
from programs.generate import Generated, generate
from progress import Progress

ROUND = 128  # programs
SEEDS = 1_000_000  # of programs, for each seed of a run
WIDER = 3  # every third program may have what the oldest builds lack


@dataclass(frozen=True)
class Settings:
    """What was asked for."""

    seed: int
    seconds: float
    programs: int | None  # no more than that
    jobs: int
    shard: tuple[int, int]  # from 1
    folder: Path  # for what is found
    keep_whole: bool = False
    shrinking: float = SECONDS


@dataclass
class Tally:
    """What a run has done and reached."""

    programs: int = 0
    rounds: int = 0
    seconds: float = 0.0
    looking: float = 0.0  # seconds of these that went into differences, while nothing else was compared
    comparisons: Counter[str] = field(default_factory=Counter)  # by version
    differences: Counter[str] = field(default_factory=Counter)
    crashes: dict[str, list[str]] = field(default_factory=dict)  # programs of which a CPython died, by version
    statuses: Counter[int] = field(default_factory=Counter)  # how programs ended on the newest build that had them
    lines: int = 0  # of event records that were compared
    written: Counter[str] = field(default_factory=Counter)  # uses of features
    executed: Counter[str] = field(default_factory=Counter)  # uses that ran
    within: Counter[str] = field(default_factory=Counter)  # programs in which a feature ran
    edges: set[int] = field(default_factory=set)

    def fold(self, ran: Ran, edges: frozenset[int]) -> Counter[str]:
        """Takes a program in; gives the features that ran."""
        self.programs += 1
        for one in ran.compared:
            self.comparisons[one.version] += 1
            self.differences[one.version] += one.difference is not None
            if one.crashed:
                self.crashes.setdefault(one.version, []).append(ran.generated.program.name)
            self.lines += one.expected.record.count("\n")
        newest = ran.compared[-1].expected
        executed = ran.generated.executed(newest.stdout)
        self.statuses[newest.status] += 1
        self.written += ran.generated.features
        self.executed += executed
        self.within.update(executed.keys())
        self.edges |= edges
        return executed


@dataclass(frozen=True)
class Ran:
    """One program and what it did everywhere."""

    generated: Generated
    compared: list[Compared]


class Campaign:
    """The run."""

    def __init__(self, settings: Settings, setup: Setup, vocabulary: Vocabulary, edges: EdgeMap, progress: Progress) -> None:
        self.settings = settings
        self.setup = setup
        self.vocabulary = vocabulary
        self.edges = edges
        self.progress = progress
        self.steering = Steering(settings.seed, vocabulary.features())
        self.findings = Findings(setup, settings.folder, settings.keep_whole)
        self.tally = Tally()
        self.interrupted = False
        self.started = time.monotonic()
        self.benches: queue.SimpleQueue[Bench] = queue.SimpleQueue()

    # -- one program --

    def seeds(self) -> Iterator[int]:
        """The seeds of the programs of this shard."""
        shard, shards = self.settings.shard
        number = shard - 1
        while self.settings.programs is None or number < self.settings.programs:
            yield self.settings.seed * SEEDS + number
            number += shards

    def tier(self, seed: int) -> Tier:
        """All builds get most programs; the others have a wider vocabulary, and only the builds that know it get them."""
        tiers = self.vocabulary.tiers
        if seed % WIDER or len(tiers) == 1:
            return tiers[0]
        return tiers[1 + seed // WIDER % (len(tiers) - 1)]

    def one(self, seed: int, weights: dict[str, float]) -> Ran:
        tier = self.tier(seed)
        generated = generate(seed, weights, tier.available)
        bench = self.benches.get()
        try:
            return Ran(generated, bench.compare_all(generated.program, tier.versions))
        finally:
            self.benches.put(bench)

    # -- rounds --

    @property
    def passed(self) -> float:
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        return self.settings.seconds - self.passed

    def run(self) -> None:
        """Until the time is up, or all programs have run, or Ctrl-C."""
        benches = [Bench(self.setup) for _ in range(self.settings.jobs)]
        for bench in benches:
            self.benches.put(bench)
        pool = ThreadPoolExecutor(self.settings.jobs)
        try:
            self.all_rounds(pool)
        except KeyboardInterrupt:
            self.interrupted = self.findings.stopped = True
        finally:
            self.tally.seconds = self.passed
            pool.shutdown(wait=not self.interrupted, cancel_futures=True)
            for bench in benches:
                bench.close()
            self.progress.clear()

    def all_rounds(self, pool: ThreadPoolExecutor) -> None:
        seeds = self.seeds()
        while self.left > 0:
            chosen = list(itertools.islice(seeds, ROUND))
            if not chosen:
                return
            weights = self.steering.weights(self.tally.rounds)
            new = self.fold([pool.submit(self.one, seed, weights) for seed in chosen])
            self.tally.rounds += 1
            self.look_into(pool, new)

    def fold(self, running: list[Future[Ran]]) -> list[Finding]:
        """Takes the programs of a round in, in order; when the time is up, those that come next are given up."""
        new: list[Finding] = []
        for future in running:
            if self.left <= 0:
                cancel(running)
            if future.cancelled():
                break
            ran = future.result()
            edges = self.edges.reached(union(ran.compared))
            self.steering.note(self.tally.fold(ran, edges), edges)
            new += self.findings.note(ran.generated.program, ran.compared)
            self.tell()
        return new

    def look_into(self, pool: ThreadPoolExecutor, new: list[Finding]) -> None:
        """Each new difference, at the same time."""
        for finding in new:
            self.progress.say(clip(f"difference: {finding.name}, CPython {', '.join(finding.versions)}, {finding.what}"))
        before = len(self.findings.by_shape) - len(new)
        chosen = new[: max(0, MOST - before)]
        began, look = self.passed, self.findings.look_into
        seconds, tell = self.settings.shrinking, self.progress.shrinking
        for future in [pool.submit(look, finding, tell(finding.name), seconds) for finding in chosen]:
            future.result()
        for finding in chosen:
            self.findings.settle(finding)
        self.tally.looking += self.passed - began

    def tell(self) -> None:
        tally = self.tally
        words = [
            f"{max(self.left, 0):.0f} s left",
            f"{tally.programs} programs",
            f"{tally.comparisons.total()} comparisons",
            f"{tally.comparisons.total() / max(self.passed - tally.looking, 0.01):.0f}/s",
            f"features {len(tally.within)}/{len(self.steering.features)}",
            f"branches {len(tally.edges)}/{self.edges.total}",
            f"{self.findings.programs} differ",
        ]
        self.progress.show("fuzz: " + ", ".join(words))


def cancel(running: list[Future[Ran]]) -> None:
    """Gives up what no job has begun with."""
    for future in running:
        future.cancel()


def union(compared: list[Compared]) -> int:
    bits = 0
    for one in compared:
        bits |= one.edges
    return bits
