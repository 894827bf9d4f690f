#!/usr/bin/env python3
"""Runs CPython's own tests of asyncio with aiocore in place, and without, and compares test by test.

What is in place is aiocore's module for _asyncio (aiocore.replace()), its event loop (--loop), everything (aiocore.install(): --install),
or everything but the loop (--elsewhere).  With the last three the loops of unittest, which are in debug mode, are so only with --dev,
both ways: in debug mode asyncio's own functions do what is to be proven.
Each module of tests is run in a process of its own (cpython_test_runner.py), which makes sure that asyncio's types and
functions are aiocore's.  A process that dies is started again without the tests that it has run.  A test fails if it
passes, or is skipped, without aiocore and does something else with it; one that fails without aiocore, too, says nothing.
Tests that cannot hold are listed in cpython_tests_except.toml, each with the reason; they are not counted.

    build/cpython-tests/VERSION-MODE.json      everything that became of each test, both ways

Exit status: 0 no test fails, 1 one does, 2 nothing to run or a wrong argument.
"""
from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "difftests"))
import builds  # noqa: E402
import command  # noqa: E402
import cpython_host  # noqa: E402
import pythons  # noqa: E402
from progress import Progress  # noqa: E402

RUNNER = ROOT / "tools" / "cpython_test_runner.py"
EXCEPT = ROOT / "tools" / "cpython_tests_except.toml"
PACKAGE = "test.test_asyncio"
LIST = f"import os, {PACKAGE} as p; print(*sorted(n[:-3] for n in os.listdir(p.__path__[0]) if n.startswith('test_') and n.endswith('.py')))"
# Other tests of CPython that run much on loops.
NEIGHBOURS = ("test.test_unittest.test_async_case", "test.test_unittest.testmock.testasync", "test.test_contextlib_async", "test.test_coroutines", "test.test_asyncgen")
# What aiocore itself does; the other modules are of transports, servers and the like, on top of it.
CORE = (
    "test_futures", "test_futures2", "test_tasks", "test_eager_task_factory", "test_taskgroups", "test_timeouts", "test_waitfor", "test_locks",
    "test_queues", "test_runners", "test_staggered", "test_context", "test_pep492", "test_threads", "test_graph", "test_free_threading",
)  # fmt: skip
DEATHS = 40  # of one module's processes, until the rest of it is given up
SILENT = ("passed", "skipped")


@dataclass
class Outcome:
    """What became of one test."""

    state: str  # passed, skipped, failed, error, unraisable, crashed, late, missing
    text: str = ""


@dataclass
class Run:
    """One module, run with aiocore or without."""

    module: str
    names: list[str] = field(default_factory=list)  # of _asyncio
    file: str = ""  # aiocore's extension
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """One test, both ways, if aiocore makes a difference."""

    test: str
    without: Outcome
    with_aiocore: Outcome
    known: str = ""  # why it cannot hold

    @property
    def fails(self) -> bool:
        return not self.known and self.without.state in SILENT

    def line(self) -> str:
        name = self.test.removeprefix(f"{PACKAGE}.")
        text = f"{name}: {self.with_aiocore.state} with aiocore, {self.without.state} without"
        return f"{text} (known: {self.known})" if self.known else text


@dataclass(frozen=True)
class Known:
    """An entry of cpython_tests_except.toml."""

    test: str
    versions: tuple[str, ...]
    modes: tuple[str, ...]
    reason: str

    def covers(self, test: str, version: str, mode: str) -> bool:
        return test == self.test and mode in self.modes and any(f"{version}.".startswith(f"{one}.") for one in self.versions)


def known_failures() -> list[Known]:
    entries = tomllib.loads(EXCEPT.read_text(encoding="utf-8")).get("test", [])
    return [Known(test, tuple(entry["versions"]), tuple(entry["modes"]), entry["reason"]) for entry in entries for test in entry["ids"]]


# ---- One process ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """How processes of one CPython are started, with aiocore or without."""

    python: pythons.Build
    host: cpython_host.Host | None
    mode: str  # what of aiocore is in place
    options: tuple[str, ...]  # of the runner
    dev: bool
    limit: float  # seconds for a test

    def environment(self) -> dict[str, str]:
        result = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        result |= {"PYTHONHASHSEED": "1"}
        if self.host is not None:
            result |= self.host.environment()
        return result

    def command(self, out: Path, module: str, but: Path) -> list[str]:
        path = os.path.abspath(self.python.path) if os.sep in self.python.path else self.python.path
        words = [path, "-P", *(["-X", "dev"] if self.dev else []), str(RUNNER), str(out), full_name(module)]
        words += ["--executable", path, "--limit", str(self.limit), "--but", str(but), *self.options]
        return [*words, "--aiocore", self.mode] if self.host is not None else words


def full_name(module: str) -> str:
    return module if "." in module else f"{PACKAGE}.{module}"


def last_words(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-40:])


def read_log(path: Path, run: Run) -> tuple[str, set[str], bool]:
    """Takes over what a process wrote: which test it was in, what it was to run, whether it came to the end."""
    running, wanted, over = "", set[str](), False
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        entry = json.loads(line)
        if "about" in entry:
            run.names, run.file = entry["about"]["names"], entry["about"]["file"]
        elif "tests" in entry:
            wanted = set(entry["tests"])
        elif "begin" in entry:
            running = entry["begin"]
        elif "end" in entry:
            run.outcomes[entry["end"]] = Outcome(entry["state"], entry["text"])
            running = ""
        over = over or "over" in entry
    return running, wanted, over


def run_module(side: Side, module: str) -> Run:
    """Runs all tests of a module, with as many processes as it takes."""
    run, started = Run(module), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        out, but, work = Path(folder) / "out", Path(folder) / "but", Path(folder) / "work"
        work.mkdir()
        for death in range(DEATHS + 1):
            but.write_text(json.dumps(list(run.outcomes)))
            out.unlink(missing_ok=True)
            with (Path(folder) / "said").open("w+b") as said:
                words = side.command(out, module, but)
                status = subprocess.run(words, cwd=work, env=side.environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said).returncode
                said.seek(0)
                text = said.read().decode(errors="replace")
            running, wanted, over = read_log(out, run)
            if over and status == 0:
                break
            state = "late" if "Timeout (" in text else "crashed"
            where = running or (f"{module} at its end" if over else f"{module} at its beginning")
            run.outcomes[where] = Outcome(state, f"exit status {status}\n{last_words(text)}")
            if not running or death == DEATHS:
                run.outcomes |= {test: Outcome("missing", "not run any more") for test in wanted - set(run.outcomes)}
                break
    run.seconds = time.monotonic() - started
    return run


# ---- One CPython ---------------------------------------------------------------------------------------------


def compare(version: str, mode: str, with_aiocore: Run, without: Run, known: Sequence[Known]) -> list[Verdict]:
    """The tests of which the outcomes differ."""
    verdicts: list[Verdict] = []
    gone = Outcome("missing")
    for test in dict.fromkeys([*without.outcomes, *with_aiocore.outcomes]):
        pair = without.outcomes.get(test, gone), with_aiocore.outcomes.get(test, gone)
        if pair[0].state == "missing" and pair[1].state not in SILENT:
            pair = Outcome("passed"), pair[1]  # setUpClass, or the process itself: only what fails is told
        if pair[0].state != pair[1].state:
            reason = next((entry.reason for entry in known if entry.covers(test, version, mode)), "")
            verdicts.append(Verdict(test, *pair, reason))
    for name in sorted(set(without.names) - set(with_aiocore.names)) if with_aiocore.names else []:
        verdicts.append(Verdict(f"_asyncio.{name}", Outcome("passed"), Outcome("missing")))
    return verdicts


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    fail_both: int = 0
    known: int = 0

    def add(self, other: Counts) -> None:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    def plain(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def line(self) -> str:
        more = [f"{self.fail_both} fail without aiocore, too"] if self.fail_both else []
        more += [f"{self.known} known"] if self.known else []
        return f"{self.plain()} ({', '.join(more)})" if more else self.plain()


def count(run: Run, verdicts: Sequence[Verdict]) -> Counts:
    result = Counts(failed=sum(one.fails for one in verdicts), known=sum(bool(one.known) for one in verdicts))
    counted = {one.test for one in verdicts if one.fails or one.known}
    states = [outcome.state for test, outcome in run.outcomes.items() if test not in counted]
    result.passed, result.skipped = states.count("passed"), states.count("skipped")
    result.fail_both = len(states) - result.passed - result.skipped
    return result


def show_verdict(verdict: Verdict, verbose: bool) -> None:
    print(f"    {verdict.line()}")
    lines = verdict.with_aiocore.text.strip().splitlines()
    if verdict.fails and lines:
        crash = verdict.with_aiocore.state in ("crashed", "late")
        for line in lines if verbose or crash else lines[-1:]:
            print(f"        {line}")


def show(version: str, pair: tuple[Run, Run], verdicts: list[Verdict], counts: Counts, verbose: bool) -> None:
    run = pair[0]
    print(f"{version:8} {run.module:26} {len(run.outcomes):4} run: {counts.line()} ({run.seconds:.1f} s, {pair[1].seconds:.1f} s without)")
    gone = [verdict for verdict in verdicts if verdict.with_aiocore.state == "missing" and verdict.fails]
    for verdict in verdicts:
        if verbose or verdict not in gone or len(gone) < 10:
            show_verdict(verdict, verbose)
    if len(gone) >= 10 and not verbose:
        print(f"    {len(gone)} tests were not run any more")
    sys.stdout.flush()


def modules_of(python: pythons.Build) -> list[str]:
    """All of CPython's modules of tests of asyncio; empty if the tests are not installed."""
    own = pythons.question([python.path, "-I", "-c", LIST]).split()
    return [*own, *NEIGHBOURS] if own else []


def chosen_modules(there: Sequence[str], options: argparse.Namespace) -> list[str]:
    if options.modules:
        words = [word.removeprefix(f"{PACKAGE}.") for word in options.modules]
        return [module for module in there if {module, module.removeprefix("test_"), module.rpartition(".")[2]} & set(words)]
    return list(there) if options.full else [module for module in CORE if module in there]


def write_down(python: pythons.Build, mode: str, pairs: Iterable[tuple[Run, Run]]) -> None:
    folder = builds.HOME / "cpython-tests"
    folder.mkdir(parents=True, exist_ok=True)
    entries = {with_.module: {"with": asdict(with_), "without": asdict(without)} for with_, without in pairs}
    (folder / f"{python.version}-{mode}.json").write_text(json.dumps(entries, indent=1), encoding="utf-8")


@dataclass
class Job:
    """One module on one CPython."""

    python: pythons.Build
    module: str
    runs: tuple[Future[Run], Future[Run]]  # with, without

    def pair(self) -> tuple[Run, Run]:
        return self.runs[0].result(), self.runs[1].result()


def sides(python: pythons.Build, options: argparse.Namespace) -> tuple[Side, Side]:
    """With and without aiocore.  BuildFailed if it cannot be built."""
    words = (*(["--gc"] if options.gc else []), *(["--leaks"] if options.leaks else []), *(["--no-debug"] if options.mode != "replace" else []))
    limit = options.limit * (5 if options.asan or options.gc else 1)
    host = cpython_host.build(python, "asan" if options.asan else options.flavour)
    return Side(python, host, options.mode, words, options.dev, limit), Side(python, None, "", words, options.dev, limit)


def fit(options: argparse.Namespace) -> list[tuple[pythons.Build, list[str]]]:
    """The CPythons that can be used, with the modules to be run; the others are told."""
    result: list[tuple[pythons.Build, list[str]]] = []
    for python in cpython_host.chosen(options.python):
        there = modules_of(python)
        modules = chosen_modules(there, options)
        if not cpython_host.has_headers(python):
            print(f"cpython-tests: {cpython_host.without_headers([python])}", file=sys.stderr)
        elif not there:
            print(f"cpython-tests: {PACKAGE} is not installed with CPython {python.version}; tools/get-pythons --full fetches it", file=sys.stderr)
        elif not modules:
            print(f"cpython-tests: CPython {python.version} has no such module of tests", file=sys.stderr)
        else:
            result.append((python, modules))
    return result


def start(pool: ThreadPoolExecutor, python: pythons.Build, modules: list[str], options: argparse.Namespace) -> list[Job]:
    both = sides(python, options)
    return [Job(python, module, (pool.submit(run_module, both[0], module), pool.submit(run_module, both[1], module))) for module in modules]


def run_all(options: argparse.Namespace) -> tuple[Counts, list[dict[str, object]]]:
    """Builds, runs, compares and shows; gives the sum, and each version's part of it."""
    progress, known, total, table = Progress(), known_failures(), Counts(), list[dict[str, object]]()
    with ThreadPoolExecutor(options.jobs) as pool:
        for python, modules in fit(options):
            progress.show(f"CPython {python.version}: building", now=True)
            try:
                jobs = start(pool, python, modules, options)
            except builds.BuildFailed as failure:
                progress.say(f"{failure.log}\n{failure} failed")
                total.failed += 1
                continue
            version, pairs = Counts(), list[tuple[Run, Run]]()
            for number, job in enumerate(jobs, 1):
                progress.show(f"CPython {python.version}: {job.module} ({number} of {len(jobs)})", now=True)
                pair = job.pair()
                verdicts = compare(python.version, options.mode, *pair, known)
                counts = count(pair[0], verdicts)
                progress.clear()
                if not options.json:
                    show(python.version, pair, verdicts, counts, options.verbose)
                version.add(counts)
                pairs.append(pair)
                table.append({"version": python.version, "module": job.module, **asdict(counts), "differs": [asdict(one) for one in verdicts]})
            write_down(python, options.mode, pairs)
            if not options.json:
                print(f"{python.version:8} {version.line()}", flush=True)
            total.add(version)
    return total, table


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev cpython-tests", description="Runs CPython's tests of asyncio with aiocore in place (of _asyncio alone).")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="only these, as test_futures or futures (the core's, unless --full)")
    parser.add_argument("--python", action="append", default=[], metavar="VERSION|PATH", help="on this CPython (on all at hand)")
    parser.add_argument("--full", action="store_true", help="all modules, and others of CPython's that run on loops")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--loop", dest="mode", action="store_const", const="loop", default="replace", help="with aiocore.EventLoop alone in place")
    modes.add_argument("--install", dest="mode", action="store_const", const="install", help="with all of aiocore in place, as by aiocore.install()")
    modes.add_argument("--elsewhere", dest="mode", action="store_const", const="elsewhere", help="with all but its event loop in place, on asyncio's")
    parser.add_argument("--dev", action="store_true", help="in Python's development mode (-X dev)")
    parser.add_argument("--gc", action="store_true", help="Python's collector runs at every chance")
    parser.add_argument("--leaks", action="store_true", help="runs each test six times, or hundreds: does each run leave more behind?")
    parser.add_argument("--asan", action="store_true", help="built with the address and undefined-behaviour sanitizers")
    parser.add_argument("--flavour", choices=sorted(cpython_host.FLAVOURS), default="debug", help="how aiocore is built (debug)")
    parser.add_argument("--limit", type=command.positive, default=60, metavar="SECONDS", help="for one test (60)")
    parser.add_argument("--jobs", type=command.positive, default=os.cpu_count() or 1, metavar="N", help="processes at a time")
    parser.add_argument("--verbose", action="store_true", help="whole tracebacks")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    try:
        total, table = run_all(options)
    except cpython_host.NoPython as error:
        parser.error(str(error))
    if options.json:
        print(json.dumps({"modules": table, "sum": asdict(total)}, indent=1))
    else:
        print(f"cpython-tests: {total.plain()}")
    if not table and not total.failed:
        return 2
    return 1 if total.failed else 0


if __name__ == "__main__":
    command.end(main)
