"""Runs one module of CPython's tests and writes down what became of each test, as it happens.

tools/cpython_tests.py starts it, by the CPython whose tests they are, and again without the tests that are known if the
process dies.  Each line of OUT is a JSON object: {"about": ...} what is in place, {"tests": [...]} all ids, {"begin": id},
{"end": id, "state": passed | failed | error | skipped | unraisable, "text": why}, {"over": true}.  A later end of a test counts.

    python -P cpython_test_runner.py OUT MODULE [--aiocore MODE] [--executable PATH] [--limit SECONDS] [--gc] [--leaks] [--no-debug] [--but FILE]

MODE is what of aiocore is in place: replace (futures and tasks), loop (the event loop alone), install (all there is), elsewhere (all
but the event loop).  With loop and install the loops that tests make by name (SelectorEventLoop, BaseEventLoop) are aiocore's, too.
"""
from __future__ import annotations

import argparse
import array
import faulthandler
import gc
import json
import sys
import traceback
import unittest
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

WARM_UP, MEASURED = 3, 3  # how often a test is run to see if it leaks
LONG_WARM_UP, SURE = 100, 20  # the same again if it seems to: tables of Python's own fill up for so long
BATCH, BATCHES = 50, 6  # and again, where each of so many times so many runs has to leave as much behind as there are runs
WORST = {"passed": 0, "skipped": 1, "unraisable": 2, "failed": 3, "error": 4}

Error = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class Log:
    """OUT.  Flushed line by line: the process may die in the next test."""

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def write(self, **entry: object) -> None:
        self.file.write(json.dumps(entry) + "\n")
        self.file.flush()


class Result(unittest.TestResult):
    """Tells the log of each test; a subtest's outcome is its test's."""

    def __init__(self, log: Log, limit: float) -> None:
        super().__init__()
        self.log = log
        self.limit = limit
        self.state, self.text = "passed", ""  # of the test that is running, or that has run last
        self.test, self.running = "before the first test", False
        sys.unraisablehook = self.unraisable

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.state, self.text = "passed", ""
        self.test, self.running = test.id(), True
        faulthandler.dump_traceback_later(self.limit, exit=True)
        self.log.write(begin=test.id())

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        faulthandler.cancel_dump_traceback_later()
        self.running = False
        self.log.write(end=test.id(), state=self.state, text=self.text)

    def note(self, test: unittest.TestCase, state: str, text: str) -> None:
        """What a test, or setUpClass or the like, has come to; the worst counts."""
        if not self.running:
            self.log.write(end=test.id(), state=state, text=text)
        elif WORST[state] > WORST[self.state]:
            self.state, self.text = state, text

    def words(self, error: Error, test: unittest.TestCase) -> str:
        return self._exc_info_to_string(error, test)  # type: ignore[attr-defined, no-any-return]

    def addError(self, test: unittest.TestCase, err: Error) -> None:
        self.note(test, "error", self.words(err, test))

    def addFailure(self, test: unittest.TestCase, err: Error) -> None:
        self.note(test, "failed", self.words(err, test))

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.note(test, "skipped", reason)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        self.note(test, "failed", "passes, which is not expected")

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Error | None) -> None:
        if err is not None:
            self.note(test, "failed", f"{subtest}\n{self.words(err, test)}")

    def unraisable(self, what: sys.UnraisableHookArgs) -> None:
        """An exception that nobody can get; of the test that is running, or that has run last."""
        words = "".join(traceback.format_exception(what.exc_type, what.exc_value, what.exc_traceback))
        text = f"{what.err_msg or 'Exception ignored in'} {what.object!r}\n{words}"
        if WORST["unraisable"] > WORST[self.state]:
            self.state, self.text = "unraisable", text
            if not self.running and not self.log.file.closed:
                self.log.write(end=self.test, state=self.state, text=text)
        sys.stderr.write(text)


# ---- What is in place ----


def expect(holds: bool, claim: str) -> None:
    if not holds:
        raise SystemExit(f"not in place: {claim}")


def put_in_place(mode: str) -> None:
    import aiocore

    if mode == "replace":
        aiocore.replace()
    if mode in ("install", "elsewhere"):
        aiocore.install()
    if mode in ("install", "loop"):
        put_loops()
    if mode == "elsewhere":
        put_loops_back()


def put_loops() -> None:
    """Whichever way a test gets a loop, it is aiocore's: also where it makes one of a class of asyncio's."""
    import asyncio
    from asyncio import base_events, selector_events, unix_events

    import aiocore
    from aiocore import drop_in, loop

    class BaseEventLoop(loop.Core, base_events.BaseEventLoop):
        """asyncio's abstract loop, for tests that make it concrete themselves."""

        _process_events = base_events.BaseEventLoop._process_events

    drop_in.offer_loop()
    drop_in.put("SelectorEventLoop", asyncio.SelectorEventLoop, aiocore.EventLoop)
    drop_in.put("_UnixSelectorEventLoop", unix_events._UnixSelectorEventLoop, aiocore.EventLoop)
    drop_in.put("BaseEventLoop", base_events.BaseEventLoop, BaseEventLoop)


def put_loops_back() -> None:
    """The loops that tests get are asyncio's own."""
    import asyncio
    from asyncio import unix_events

    import aiocore
    from aiocore import drop_in

    unix_events._UnixDefaultEventLoopPolicy._loop_factory = asyncio.SelectorEventLoop  # type: ignore[attr-defined]
    drop_in.put("EventLoop", aiocore.EventLoop, asyncio.SelectorEventLoop)


def check_place(accelerator: Any) -> None:
    """That asyncio has taken everything from this module."""
    import asyncio
    from asyncio import events, futures, tasks

    for holder, name, taken in (
        (asyncio, "Future", "Future"), (futures, "Future", "Future"), (futures, "_CFuture", "Future"),
        (asyncio, "Task", "Task"), (tasks, "Task", "Task"), (tasks, "_CTask", "Task"),
        (events, "_get_running_loop", "_get_running_loop"), (events, "get_event_loop", "get_event_loop"),
        (tasks, "_enter_task", "_enter_task"), (tasks, "_leave_task", "_leave_task"), (tasks, "_swap_current_task", "_swap_current_task"),
        (tasks, "_register_task", "_register_task"), (tasks, "current_task", "current_task"),
    ):  # fmt: skip
        expect(getattr(holder, name) is getattr(accelerator, taken), f"{holder.__name__}.{name} is that of {accelerator!r}")


def about(mode: str | None) -> dict[str, object]:
    """What the process has, for the one who asked for it."""
    import asyncio  # before _asyncio, which imports it half-way

    file, module = "", sys.modules["_asyncio"]
    if mode:
        import aiocore

        file = str(aiocore._core.__file__)
        expect((module is aiocore._core._asyncio()) == (mode != "loop"), "sys.modules['_asyncio'] is aiocore's")
        loop = asyncio.new_event_loop()
        expect(isinstance(loop, aiocore._core.LoopCore) == (mode in ("loop", "install")), "new loops are aiocore's")
        loop.close()
    check_place(module)
    names = sorted(name for name in vars(module) if not name.startswith("__"))
    return {"version": "%d.%d.%d" % sys.version_info[:3], "file": file, "names": names}


# ---- Running ----


def flat(suite: Iterable[unittest.TestCase | unittest.TestSuite]) -> Iterator[unittest.TestCase]:
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from flat(entry)
        else:
            yield entry


def keep_all(suite: unittest.TestSuite, but: set[str]) -> unittest.TestSuite:
    """The same without some of the tests; classes stay together, for their setUpClass."""
    return unittest.TestSuite(
        keep_all(entry, but) if isinstance(entry, unittest.TestSuite) else entry
        for entry in suite
        if isinstance(entry, unittest.TestSuite) or entry.id() not in but
    )


def forget() -> None:
    """Empties what Python keeps for later, as far as it can be emptied."""
    from test.libregrtest import utils

    clear: Callable[[], None] | None = getattr(utils, "clear_caches", None)
    if clear is not None:
        clear()
    while gc.collect():
        pass


def sizes() -> tuple[int, int]:
    """Blocks of memory, and objects that the collector knows."""
    forget()
    return sys.getallocatedblocks(), len(gc.get_objects())


def once(test: unittest.TestCase) -> unittest.TestResult:
    outcome = unittest.TestResult()
    unittest.TestSuite([type(test)(test._testMethodName)]).run(outcome)
    return outcome


def verdict(outcome: unittest.TestResult) -> tuple[str, str]:
    """The state of a test that ran alone, and why."""
    if wrong := outcome.errors + outcome.failures:
        return ("error" if outcome.errors else "failed"), wrong[0][1]
    if outcome.unexpectedSuccesses:
        return "failed", "passes, which is not expected"
    return ("skipped", outcome.skipped[0][1]) if outcome.skipped else ("passed", "")


def growth(test: unittest.TestCase, warm_up: int, measured: int, batch: int = 1) -> tuple[list[int], list[int]]:
    """By how many blocks and objects each further batch of runs grows.  The arrays do not grow themselves."""
    blocks, objects = (array.array("q", bytes(8 * (warm_up + measured + 1))) for _ in range(2))
    for turn in range(warm_up + measured + 1):
        blocks[turn], objects[turn] = sizes()
        for _ in range(batch if turn >= warm_up else 1):
            once(test)
    counts = (blocks[warm_up:], objects[warm_up:])
    return [after - before for before, after in pairwise(counts[0])], [after - before for before, after in pairwise(counts[1])]


def always_grows(grown: tuple[list[int], list[int]], least: int = 1) -> bool:
    return min(grown[0]) >= least or min(grown[1]) >= least


def hunt(tests: Iterable[unittest.TestCase], log: Log, limit: float) -> None:
    """Each test by itself: one that leaves more behind with each run has failed.  One that does not pass alone is not measured."""
    gc.freeze()  # what is there already is not looked at again and again
    for test in tests:
        faulthandler.dump_traceback_later(limit * (WARM_UP + MEASURED + LONG_WARM_UP + SURE), exit=True)
        log.write(begin=test.id())
        state, text = verdict(once(test))
        if state != "passed":
            faulthandler.cancel_dump_traceback_later()
            log.write(end=test.id(), state=state, text=text)
            continue
        grown = growth(test, WARM_UP, MEASURED)
        if leaks := always_grows(grown):
            grown = growth(test, LONG_WARM_UP, SURE)
            leaks = always_grows(grown)
        if leaks:
            faulthandler.dump_traceback_later(limit * BATCH * BATCHES, exit=True)
            grown = growth(test, 0, BATCHES, BATCH)
            leaks = always_grows(grown, BATCH)
        faulthandler.cancel_dump_traceback_later()
        text = f"grows by {', '.join(map(str, grown[0]))} blocks, {', '.join(map(str, grown[1]))} objects"
        log.write(end=test.id(), state="failed" if leaks else "passed", text=text if leaks else "")


def without_debug() -> None:
    """unittest has its loops in debug mode, in which asyncio's own functions do what aiocore's would."""
    import asyncio

    def set_up(self: Any) -> None:
        self._asyncioRunner = asyncio.Runner(loop_factory=getattr(self, "loop_factory", None))

    unittest.IsolatedAsyncioTestCase._setupAsyncioRunner = set_up  # type: ignore[attr-defined]


def prepare(options: argparse.Namespace) -> None:
    """What regrtest does before it runs tests."""
    from test import support

    faulthandler.enable()
    support.use_resources = {"cpu": None, "walltime": None, "subprocess": None}
    if options.executable:
        sys.executable = sys._base_executable = options.executable  # a launcher; what it launches does not run by itself
    if options.no_debug:
        without_debug()
    if options.gc:
        gc.set_threshold(1)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Runs one module of CPython's tests.")
    parser.add_argument("out", type=Path)
    parser.add_argument("module")
    parser.add_argument("--aiocore", choices=("replace", "loop", "install", "elsewhere"))
    parser.add_argument("--executable")
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--gc", action="store_true")
    parser.add_argument("--leaks", action="store_true")
    parser.add_argument("--no-debug", action="store_true", help="loops of unittest are in debug mode only with -X dev")
    parser.add_argument("--but", type=Path, help="a JSON list of ids that are not to be run")
    options = parser.parse_args(arguments)
    with options.out.open("w", encoding="utf-8") as file:
        log = Log(file)
        if options.aiocore:
            put_in_place(options.aiocore)
        log.write(about=about(options.aiocore))
        prepare(options)
        try:
            suite = unittest.defaultTestLoader.loadTestsFromName(options.module)
        except unittest.SkipTest as reason:
            log.write(end=options.module, state="skipped", text=str(reason))
            suite = unittest.TestSuite()
        log.write(tests=[test.id() for test in flat(suite)])
        suite = keep_all(suite, set(json.loads(options.but.read_text())) if options.but else set())
        if options.leaks:
            hunt(list(flat(suite)), log, options.limit)
        else:
            suite.run(Result(log, options.limit))
        log.write(over=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
