#!/usr/bin/env python3
"""Tests of the fuzzer of random programs (difftests/fuzz.py): repeatable, finds what is planted, shrinks and saves it.

    test_fuzzing.py [AIOCORE]       with this command; without one, or without a CPython, some tests are skipped
"""
from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "difftests"))
import command  # noqa: E402
import fuzz  # noqa: E402
from fuzzing import bench, campaign, edges, findings, steering, summary  # noqa: E402
from progress import Progress  # noqa: E402
from workers import Outcome, Program, pythons  # noqa: E402

AIOCORE = os.environ.get("AIOCORE", "")
BUILDS = pythons.find()
DEAD = Outcome(139, "", "CPython 3.14.0: the process ended with -11\n", "")
LINES = ["0x10 entry", "0x14 branch", "0x20 entry", "0x30 entry", "0x34 branch"]
SAID = ["0x10", "walk", "/x/src/base/list.h:3", "0x14", "walk", "/x/src/base/list.h:4", "0x20", "turn", "../src/loop/turn.c:7",
        "0x30", "walk", "/x/src/base/list.h:3", "0x34", "walk", "/x/src/base/list.h:4 (discriminator 2)"]  # fmt: skip


def outcome(stdout: str, status: int = 0, record: str = "") -> Outcome:
    return Outcome(status, stdout, "", record)


def compared(expected: Outcome, got: Outcome, version: str = "3.14.0") -> bench.Compared:
    return bench.Compared(version, expected, got, bench.difference(expected, got), 0)


class Edges(unittest.TestCase):
    def test_bits(self) -> None:
        self.assertEqual(edges.split("a\nb\nreached: 81\n"), ("a\nb\n", 0b11000))
        self.assertEqual(edges.split("a\nno line of edges\n"), ("a\nno line of edges\n", 0))
        self.assertEqual(list(edges.indices(0b100101)), [0, 2, 5])
        self.assertEqual(list(edges.indices(0)), [])

    def test_copies_count_once(self) -> None:
        found = edges.assemble(LINES, SAID)
        names = [edge.name for edge in found.edges]
        self.assertEqual(names, ["src/base/list.h walk 0", "src/base/list.h walk 1", "src/loop/turn.c turn 0"])
        self.assertEqual(found.of_index, [0, 1, 2, 0, 1])
        self.assertEqual(found.reached(0b10001), {0, 1})
        self.assertEqual(found.missing({0, 1}), {"src/loop/turn.c": {"turn": [7]}})
        self.assertEqual(found.untouched({0, 1}), {("src/loop/turn.c", "turn")})

    def test_nothing_is_made_up(self) -> None:
        self.assertEqual(edges.assemble(LINES, SAID[:6]).total, 0)


class Steering(unittest.TestCase):
    def steered(self) -> steering.Steering:
        one = steering.Steering(5, ["common", "rare", "key"])
        for number in range(100):
            one.note(["common"] + ["rare"] * (number % 50 == 0) + ["key"] * (number % 5 == 0), [0] + [1] * (number % 25 == 0))
        return one

    def test_repeatable(self) -> None:
        self.assertEqual(self.steered().weights(3), self.steered().weights(3))
        self.assertNotEqual([self.steered().weights(number) for number in range(3)], [self.steered().weights(3)] * 3)
        self.assertEqual(steering.Steering(5, ["common"]).weights(0), {})

    def test_towards_what_is_rare(self) -> None:
        with mock.patch.object(steering, "MOODS", (1.0,)):
            weights = self.steered().weights(1)
        self.assertGreater(weights["rare"], weights["common"])
        self.assertGreater(self.steered().pulls()["key"], 0)  # it is in every program that took edge 1
        self.assertNotIn("common", self.steered().pulls())
        self.assertNotIn(0, self.steered().company)  # all took it


class Findings(unittest.TestCase):
    def setUp(self) -> None:
        setup = bench.Setup((), "")
        self.found = findings.Findings(setup, Path("/nowhere"), keep_whole=False)

    def test_kinds(self) -> None:
        self.assertIsNone(bench.difference(outcome("a"), outcome("a")))
        self.assertEqual(findings.kind_of(bench.difference(outcome("a"), outcome("b"))), "line")
        self.assertEqual(findings.kind_of(bench.difference(outcome("a", 0, "x"), outcome("b", 0, "y"))), "event")
        self.assertEqual(findings.kind_of(bench.difference(outcome("a"), outcome("", 124))), "end")
        self.assertEqual(findings.kind_of(bench.difference(outcome("a"), outcome("a", 139))), "line")  # its own exit status
        crash = Outcome(139, "", "aiocore 3.14.0: the process ended with -11\n", "")
        self.assertEqual(findings.kind_of(bench.difference(outcome("a", 0, "x"), crash)), "end")
        self.assertIsNone(bench.difference(crash, outcome("a")))
        self.assertTrue(compared(crash, outcome("a")).crashed)
        self.assertIsNone(bench.difference(outcome("a", 130), outcome("a", 130)))

    def test_one_shape(self) -> None:
        first = compared(outcome("Task-1 got 'a'\n"), outcome("Task-2 got 'a'\n"))
        other = compared(outcome("0\nTask-11 got 'b'\n"), outcome("0\nTask-3 got 'a'\n"), "3.13.0")
        strange = compared(outcome("Task-1 is left\n"), outcome("Task-1 got 'a'\n"))
        self.assertEqual(len(self.found.note(Program("a.py", ""), [first])), 1)
        self.assertEqual(self.found.note(Program("b.py", ""), [other, other]), [])
        self.assertEqual(len(self.found.note(Program("c.py", ""), [strange])), 1)
        known = self.found.all()[0]
        self.assertEqual((known.times, known.others, known.versions), (2, ["b.py"], ["3.14.0", "3.13.0"]))
        self.assertEqual(self.found.programs, 3)

    def test_two_of_one_program(self) -> None:
        first, second = compared(outcome("1\n"), outcome("2\n")), compared(outcome("a\n"), outcome("b\n"), "3.13.0")
        one, other = self.found.note(Program("a.py", ""), [first, second])
        one.join(other)
        self.assertEqual((one.times, one.others, one.versions), (1, [], ["3.14.0", "3.13.0"]))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.py"
            names = [findings.write(findings.free(path, text), text).name for text in ("1", "2", "1")]
        self.assertEqual(names, ["a.py", "a_2.py", "a.py"])

    def test_docstring(self) -> None:
        one = compared(outcome("1\n"), outcome("2\n"))
        text = findings.with_docstring('"""Random program,\nseed 1."""\nimport asyncio\n', "random_1.py", [one])
        head = '"""Found by random programs (random_1): line 1 of the output differed\non CPython 3.14.0."""\n'
        self.assertEqual(text, head + "import asyncio\n")
        self.assertEqual(findings.without_docstring("x = 1\n"), "x = 1\n")
        self.assertEqual(findings.without_docstring("x ="), "x =")

    def test_what_is_the_same_difference(self) -> None:
        first = compared(outcome("", 0, "-> Task-1 ends\n"), outcome("", 0, "-> n3 yields\n"))
        finding = self.found.note(Program("a.py", ""), [first])[0]
        same = compared(outcome("", 0, "x\n-> Task-5 ends\n"), outcome("", 0, "x\n-> n7 yields\n"))
        other = compared(outcome("", 0, "-> Task-5 ends\n"), outcome("", 0, "creates Task-6 'f1' by Task-5\n"))
        self.assertTrue(findings.is_same(finding, same))
        self.assertFalse(findings.is_same(finding, other))
        line = self.found.note(Program("b.py", ""), [compared(outcome("1\n"), outcome("2\n"))])[0]
        self.assertTrue(findings.is_same(line, compared(outcome("5\n"), outcome("6\n"))))
        self.assertFalse(findings.is_same(line, compared(outcome("5\n"), outcome("5\n"))))

    def test_a_process_that_was_killed_is_no_crash(self) -> None:
        """What counts is whether CPython dies of the program again, in a fresh process."""
        for again, crashed, differs in ((outcome("a"), False, False), (outcome("b"), False, True), (DEAD, True, False)):
            one = bench.Bench(bench.Setup((), ""))
            one.theirs = {"3.14.0": mock.Mock(run=mock.Mock(side_effect=[DEAD, again]))}
            one.ours = {"3.14.0": mock.Mock(run=mock.Mock(return_value=outcome("a")))}
            compared = one.compare(Program("a.py", ""), "3.14.0")
            self.assertEqual((compared.crashed, compared.difference is not None), (crashed, differs))
            one.theirs["3.14.0"].close.assert_called_once_with()

    def test_what_cpython_dies_of_is_kept_and_no_difference(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            found = findings.Findings(bench.Setup((), ""), Path(folder), keep_whole=True)
            self.assertEqual(found.note(Program("a.py", "text"), [compared(DEAD, outcome("a"))]), [])
            self.assertEqual((Path(folder) / "died_a.py").read_text(encoding="utf-8"), "text")
        self.assertEqual(found.programs, 0)

    def test_what_comes_and_goes_is_not_shrunk(self) -> None:
        one = compared(outcome("1\n"), outcome("2\n"))
        finding = self.found.note(Program("a.py", "x"), [one])[0]
        same = compared(outcome("1\n"), outcome("1\n"))
        with mock.patch.object(bench.Bench, "compare", return_value=same):
            self.found.look_into(finding, print)
        self.found.settle(finding)
        self.assertFalse(finding.steady)
        self.assertIsNone(finding.saved)
        self.assertIn("UNSTEADY", summary.headline(summary.difference(finding, finding.versions)))


class Arguments(unittest.TestCase):
    def run_main(self, *arguments: str) -> tuple[Any, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status: Any = fuzz.main(list(arguments))
            except SystemExit as end:
                status = end.code
        return status, out.getvalue(), err.getvalue()

    def test_misuse(self) -> None:
        for arguments in ([], ["--bin", "/nowhere"]):
            self.assertEqual(self.run_main(*arguments)[0], 2, arguments)
        for arguments in (["--shard", "4/3"], ["--shard", "x"], ["--semantics", "2.7"], ["--semantics", "new"]):
            self.assertEqual(self.run_main("--bin", sys.executable, *arguments)[0], 2, arguments)
        for arguments in (["--seconds", "nan"], ["--jobs", "0"], ["--report", "/"], ["--replay", "/nowhere.py"], ["--bin", "/"]):
            self.assertEqual(self.run_main("--bin", sys.executable, *arguments)[0], 2, arguments)

    def test_replay_says_what_cpython_died_of(self) -> None:
        with mock.patch.object(bench.Bench, "compare_all", return_value=[compared(DEAD, outcome("a"))]):
            status, out, _ = self.run_main("--bin", sys.executable, "--replay", __file__)
        self.assertEqual(status, 2)
        self.assertIn("CPython 3.14.0 itself died of 1 programs, skipped: test_fuzzing.py", out)
        self.assertIn("0 passed, 0 failed, 1 skipped", out)

    def test_show(self) -> None:
        status, out, _ = self.run_main("--show", "7")
        self.assertEqual(status, 0)
        compile(out, "7", "exec")


class Ending(unittest.TestCase):
    """How the commands in difftests/ end (command.py)."""

    def status(self, main: Any) -> int:
        quiet = mock.patch.multiple(command, give_up_output=mock.DEFAULT, signal=mock.DEFAULT)
        with contextlib.redirect_stderr(io.StringIO()), quiet:
            return command.run(main, [])

    def test_without_a_traceback(self) -> None:
        for error, status in ((KeyboardInterrupt(), 130), (BrokenPipeError(), 141), (PermissionError(13, "no", "file"), 2)):
            self.assertEqual(self.status(mock.Mock(side_effect=error)), status)
        with self.assertRaises(OSError):
            self.status(mock.Mock(side_effect=OSError("a mistake of ours")))

    def test_a_program_that_answers_nothing_is_a_failure_and_not_the_end(self) -> None:
        words = [sys.executable, str(ROOT / "difftests" / "difftest.py"), "--bin", "/bin/true", "--recorded", "task/names"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("the process ended with 0", done.stdout)


@unittest.skipUnless(AIOCORE and BUILDS, "needs an aiocore command and a CPython")
class Runs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def campaign(self, builds: tuple[pythons.Build, ...], **changes: Any) -> campaign.Campaign:
        setup = bench.Setup(builds, AIOCORE, changes.pop("wrong", None))
        given = {"seed": 3, "seconds": 600.0, "programs": 30, "jobs": 1, "shard": (1, 1), "shrinking": 10.0}
        given.update(changes, folder=self.folder)
        with bench.Bench(setup) as processes:
            vocabulary = bench.vocabulary(processes)
        made = campaign.Campaign(campaign.Settings(**given), setup, vocabulary, edges.read(AIOCORE), Progress())
        short = mock.patch.multiple(campaign, ROUND=10, MOST=2)
        with short, contextlib.redirect_stderr(io.StringIO()):
            made.run()
        return made

    def test_jobs_do_not_matter(self) -> None:
        ways = [self.campaign(tuple(BUILDS[-1:]), jobs=jobs) for jobs in (1, 2)]
        self.assertEqual(*[way.tally.executed for way in ways])
        self.assertEqual(*[way.tally.edges for way in ways])
        self.assertEqual(*[way.steering.weights(9) for way in ways])
        self.assertEqual((ways[0].tally.programs, ways[0].tally.rounds), (30, 3))

    def test_shards_share_the_seeds(self) -> None:
        setup = bench.Setup((), AIOCORE)
        vocabulary = bench.Vocabulary((bench.Tier(frozenset(), ()),), {})
        seeds: Counter[int] = Counter()
        for shard in (1, 2, 3):
            settings = campaign.Settings(2, 1.0, 20, 1, (shard, 3), self.folder)
            seeds.update(campaign.Campaign(settings, setup, vocabulary, edges.EdgeMap(), Progress()).seeds())
        self.assertEqual(seeds, Counter(range(2_000_000, 2_000_020)))

    def test_planted_difference(self) -> None:
        """aiocore behaves as the oldest release on the newest build."""
        if BUILDS[0].key[:2] == BUILDS[-1].key[:2]:
            self.skipTest("needs two releases of CPython")
        newest = tuple(BUILDS[-1:])
        made = self.campaign(newest, wrong=BUILDS[0].version, keep_whole=True, programs=20, shrinking=3.0)
        found = [finding for finding in made.findings.all() if finding.saved]
        self.assertTrue(found)
        for finding in found:
            assert finding.saved is not None
            text = finding.saved.read_text(encoding="utf-8")
            self.assertLess(len(text), len(finding.source))
            with bench.Bench(made.setup) as processes:
                self.assertIsNotNone(processes.compare(Program("small.py", text), newest[0].name).difference)
        document = summary.document(json.loads(json.dumps(summary.facts(made))))
        self.assertIn(found[0].name, document)
        self.assertIn("failed", summary.text(summary.facts(made)).splitlines()[-1])


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK):
        AIOCORE = os.path.abspath(sys.argv.pop(1))
        Runs.__unittest_skip__ = not BUILDS
    unittest.main()
