"""What the programs that show flags print: on each CPython build, and on aiocore under any profile."""
from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import workers
from flags.table import Witness
from workers import ROOT, pythons


def run_build(build: pythons.Build, programs: Iterable[Witness]) -> dict[str, str]:
    """What each program that this build can run prints there, by its name."""
    with workers.python_worker(build) as worker:
        return {each.name: worker.run(program_of(each), "-").text() for each in programs if each.fits(build.version)}


def program_of(witness: Witness) -> workers.Program:
    return workers.Program(witness.path, (ROOT / witness.path).read_text(encoding="utf-8"))


@dataclass
class Aiocore:
    """aiocore's side: each thread has a process of its own; what was run once is remembered."""

    binary: str
    twins: Path
    told: Callable[[], None] = lambda: None  # after every run
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    mine: threading.local = field(default_factory=threading.local)
    open: list[workers.Worker] = field(default_factory=list)

    def can(self, witness: Witness) -> bool:
        return not witness.twin or (self.twins / witness.twin).is_file()

    def text(self, witness: Witness, semantics: str) -> str:
        key = witness.name, semantics
        if key not in self.known:
            self.known[key] = self.run(witness, semantics)
            self.told()
        return self.known[key]

    def run(self, witness: Witness, semantics: str) -> str:
        if witness.twin:
            return workers.run_once([str(self.twins / witness.twin), semantics]).text()
        return self.worker().run(program_of(witness), "-", semantics).text()

    def worker(self) -> workers.Worker:
        if not hasattr(self.mine, "worker"):
            self.mine.worker = workers.aiocore_worker(self.binary, "3.15")
            self.open.append(self.mine.worker)
        return self.mine.worker

    def close(self) -> None:
        for worker in self.open:
            worker.close()


def run_builds(
    builds: list[pythons.Build], programs: list[Witness], pool: concurrent.futures.Executor
) -> dict[str, dict[str, str]]:
    """By the name of the build, then by program."""
    outputs = pool.map(lambda build: run_build(build, programs), builds)
    return {build.name: texts for build, texts in zip(builds, outputs)}
