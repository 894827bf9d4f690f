#!/usr/bin/env python3
"""Is the exhaustive comparison what docs/exhaustive.md says: every program once, and written out without a change?

    test_exhaustive.py [--bin AIOCORE] [unittest's options]

What needs a CPython 3.12 or later is skipped where there is none, what needs aiocore without --bin; the last line says so.
"""
from __future__ import annotations

import contextlib
import io
import random
import re
import sys
import tempfile
import unittest
from collections.abc import Iterator
from itertools import islice, permutations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "difftests"))
import run_exhaustive  # noqa: E402
import workers  # noqa: E402
from exhaustive import driver, plain, programs  # noqa: E402
from exhaustive.compare import Bench  # noqa: E402
from exhaustive.enumeration import FAMILIES, Family, enumerate_programs  # noqa: E402
from exhaustive.programs import LETTERS, NONE, ON_FUTURES, ON_TASKS, PLAIN, SPAWNS, Body  # noqa: E402
from workers import Program, Worker, pythons  # noqa: E402

AIOCORE: list[str] = []  # from --bin


# ---- renaming ------------------------------------------------------------------------------------------------


def renamed(body: Body, tasks: dict[int, int], futures: dict[int, int]) -> Body:
    result = []
    for kind, target, inner in body:
        names = futures if kind in ON_FUTURES else tasks if kind in ON_TASKS or kind in SPAWNS else {NONE: NONE}
        result.append((kind, names[target], renamed(inner, tasks, futures)))
    return tuple(result)


def least(body: Body, family: Family) -> str:
    """The same for all programs that only differ in names: the first of all renamings, as text."""
    found = []
    for tasks in permutations(range(1, family.tasks)):
        for futures in permutations(range(family.futures)):
            names = {0: 0, **dict(zip(range(1, family.tasks), tasks))}
            found.append(programs.text(renamed(body, names, dict(enumerate(futures)))))
    return min(found)


# ---- every program, the slow way -----------------------------------------------------------------------------


def words(family: Family, size: int, depth: int = 0) -> Iterator[str]:
    """All texts of that many operations that might be a program: operations with any number, and closings where one is open."""
    if size == 0 and depth == 0:
        yield ""
    if depth:
        for catch in ("", "!") if "group" in family.caught else ("",):
            yield from (f"){catch} {rest}" for rest in words(family, size, depth - 1))
    if size:
        for token, opens in tokens(family):
            yield from (f"{token} {rest}" for rest in words(family, size - 1, depth + opens))


def tokens(family: Family) -> Iterator[tuple[str, int]]:
    for kind in family.kinds:
        letter = LETTERS[kind]
        targets: list[Any] = [""] if kind in PLAIN or kind == "group" else list(range(family.tasks))
        if kind in ON_FUTURES:
            targets = list(range(family.futures))
        for target in targets:
            if kind in SPAWNS or kind == "group":
                yield f"{letter}{target}(", 1
            else:
                yield f"{letter}{target}", 0
                if kind in family.caught:
                    yield f"{letter}{target}!", 0


def slow(family: Family, size: int) -> set[str]:
    """The programs of a size modulo renaming, found by trying all texts."""
    found = set()
    for word in words(family, size):
        try:
            body = programs.parse(word)
        except ValueError:  # as ")!" of a task's body
            continue
        if is_whole(body) and not programs.has_dead_code(body) and programs.is_wanted(body):
            found.add(least(body, family))
    return found


def is_whole(body: Body) -> bool:
    """Is every task that is mentioned spawned, and each once?  Does a catch stand only behind what may have one?"""
    places = [place.op for place in programs.flat(body)]
    spawned = [target for kind, target, _ in places if kind in SPAWNS]
    mentioned = {target for kind, target, _ in places if kind in ON_TASKS}
    caught = {inner[0][0] for kind, _, inner in places if kind == programs.CATCH}
    once = len(spawned) == len(set(spawned)) and 0 not in spawned
    return once and mentioned <= {0, *spawned} and caught <= set(programs.CATCHABLE)


def numbers(body: Body) -> tuple[list[int], list[int]]:
    """The tasks and the futures, each in the order of their first spawn or mention."""
    tasks: list[int] = [0]
    futures: list[int] = []
    for place in programs.flat(body):
        kind, target, _ = place.op
        if kind in SPAWNS:
            tasks.append(target)
        elif kind in ON_FUTURES and target not in futures:
            futures.append(target)
    return tasks, futures


def is_named_in_order(body: Body) -> bool:
    """Are tasks and futures numbered in reading order, and is every task that is mentioned spawned, once?"""
    tasks, futures = numbers(body)
    mentioned = {place.op[1] for place in programs.flat(body) if place.op[0] in ON_TASKS}
    return tasks == list(range(len(tasks))) and futures == list(range(len(futures))) and mentioned <= set(tasks)


class Enumeration(unittest.TestCase):
    def test_notation_and_program_are_the_same(self) -> None:
        for body in all_up_to(FAMILIES["all"], 2):
            self.assertEqual(programs.parse(programs.text(body)), body)

    def test_bad_notation_is_refused(self) -> None:
        for text in ("q", "s1", "w", "L1", "L1(", "s)", "T1()", "c", "!"):
            with self.assertRaises(ValueError, msg=text):
                programs.parse(text)

    def test_no_two_are_the_same_under_renaming(self) -> None:
        for family in FAMILIES.values():
            every = list(all_up_to(family, 3))
            self.assertEqual(len({least(body, family) for body in every}), len(every), family.name)

    def test_numbered_in_reading_order_and_of_the_size(self) -> None:
        for size in range(4):
            for body in enumerate_programs(FAMILIES["all"], size):
                self.assertTrue(is_named_in_order(body), programs.text(body))
                self.assertFalse(programs.has_dead_code(body), programs.text(body))
                self.assertEqual(programs.size(body), size)

    def test_as_many_as_by_brute_force(self) -> None:
        for name, biggest in (("all", 2), ("groups", 2), ("cancel", 3), ("futures", 3)):
            family = FAMILIES[name]
            for size in range(biggest + 1):
                found = {least(body, family) for body in enumerate_programs(family, size)}
                self.assertEqual(found, slow(family, size), f"{name}, size {size}")

    def test_shards_are_all_of_it(self) -> None:
        def shard(text: str) -> list[Body]:
            options = run_exhaustive.parser_of_arguments().parse_args(["--size", "2", "--shard", text])
            return [body for _, bodies in run_exhaustive.batches(options) for body in bodies]

        parts = shard("1/3") + shard("2/3") + shard("3/3")
        self.assertEqual(sorted(map(programs.text, parts)), sorted(map(programs.text, shard("1/1"))))


def all_up_to(family: Family, size: int) -> Iterator[Body]:
    for each in range(size + 1):
        yield from enumerate_programs(family, each)


# ---- on CPython ----------------------------------------------------------------------------------------------


def interpreted(worker: Worker, bodies: list[Body]) -> list[str]:
    return worker.run(Program("exhaustive.py", driver.source(bodies)), "").stdout.splitlines()


@unittest.skipUnless(pythons.find(), "no CPython 3.12 or later")
class OnCPython(unittest.TestCase):
    def sample(self) -> list[Body]:
        """All of two operations, and some larger ones that are the same at each run."""
        choice = random.Random(4)
        bodies = list(all_up_to(FAMILIES["all"], 2))
        bodies += choice.sample(list(enumerate_programs(FAMILIES["all"], 3)), 50)
        return bodies + choice.sample(list(enumerate_programs(FAMILIES["groups"], 4)), 50)

    def test_a_plain_program_does_what_the_encoded_one_does(self) -> None:
        bodies = self.sample()
        for build in (pythons.find()[0], pythons.find()[-1]):
            with workers.python_worker(build) as worker:
                for body, line in zip(bodies, interpreted(worker, bodies), strict=True):
                    outcome = worker.run(Program("plain.py", plain.source(body, "A program.")), "")
                    text = " ".join([programs.text(body), "|", *outcome.stdout.splitlines()])
                    self.assertEqual((outcome.status, text), (0, line), build.version)

    def test_both_forms_have_the_same_event_record(self) -> None:
        """But for the names of the coroutines."""
        with workers.python_worker(pythons.find()[-1]) as worker:
            for body in self.sample()[-60:]:
                written = worker.run(Program("plain.py", plain.source(body, "A program.")), "r").record
                encoded = worker.run(Program("exhaustive.py", driver.source([body])), "r").record
                self.assertEqual(re.sub(r"'task_\d'", "'body'", written), encoded, programs.text(body))

    def test_a_program_does_the_same_alone_and_after_others(self) -> None:
        bodies = self.sample()
        with workers.python_worker(pythons.find()[-1]) as worker:
            together = interpreted(worker, bodies)
            alone = [interpreted(worker, [body])[0] for body in islice(bodies, 0, None, 5)]
        self.assertEqual(alone, together[::5])

    def test_every_task_has_ended_or_outlived_its_loop(self) -> None:
        with workers.python_worker(pythons.find()[-1]) as worker:
            for line in interpreted(worker, self.sample()):
                self.assertNotIn("GeneratorExit", line)
                self.assertNotIn("destroyed", line)


# ---- with aiocore --------------------------------------------------------------------------------------------


class OtherVersion:
    """aiocore's worker, but it always takes one version."""

    def __init__(self, worker: Worker, semantics: str) -> None:
        self.worker, self.semantics = worker, semantics

    def run(self, program: Program, flags: str, _: str) -> workers.Outcome:
        return self.worker.run(program, flags, self.semantics)

    def close(self) -> None:
        self.worker.close()


class WithAiocore(unittest.TestCase):
    def setUp(self) -> None:
        if not AIOCORE:
            self.skipTest("no --bin")
        newer = [build for build in pythons.find() if build.key >= (3, 13)]
        if not newer:
            self.skipTest("no CPython 3.13 or later")
        self.build = newer[0]

    def bench(self, flags: str, semantics: str) -> Bench:
        bench: Any = Bench(AIOCORE[0], [self.build], flags)
        bench.ours = OtherVersion(bench.ours, semantics)
        self.addCleanup(bench.close)
        return bench

    def test_the_wrong_version_is_noticed_and_the_program_found(self) -> None:
        """uncancel_clears_must_cancel: 3.12 delivers a cancellation that was taken back."""
        bodies = list(enumerate_programs(FAMILIES["all"], 2))
        for flags in ("", "r"):
            tally = self.bench(flags, "3.12.1").judge(bodies)
            self.assertIn("c0 u", [programs.text(each.body) for each in tally.differences])
            self.assertLess(len(tally.differences), 20)
            self.assertEqual(tally.comparisons, len(bodies))

    def test_the_right_version_shows_nothing(self) -> None:
        bodies = list(enumerate_programs(FAMILIES["all"], 2))
        self.assertEqual(self.bench("r", self.build.version).judge(bodies).differences, [])

    def test_a_difference_is_written_down(self) -> None:
        bench = self.bench("", "3.12.1")
        with tempfile.TemporaryDirectory() as folder:
            path, found = run_exhaustive.save(bench, programs.parse("c0 u"), Path(folder))
            text = path.read_text(encoding="utf-8")
        self.assertEqual(list(found), [self.build.version])
        self.assertIn(f"differed on CPython {self.build.version}", text)
        compile(text, path, "exec")

    def test_the_command(self) -> None:
        words = ["--bin", AIOCORE[0], "--python", self.build.path, "--semantics", self.build.version, "--jobs", "1"]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = run_exhaustive.main([*words, "c0 u", "T(L1(x) s)"])
        self.assertEqual(status, 0, out.getvalue())
        self.assertIn("exhaustive: 2 programs, 2 comparisons passed, 0 failed", out.getvalue())


def main(arguments: list[str]) -> None:
    if arguments[1:2] == ["--bin"]:
        AIOCORE.append(arguments[2])
        del arguments[1:3]
    unittest.main(argv=arguments)


if __name__ == "__main__":
    main(sys.argv)
