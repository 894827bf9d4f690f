#!/usr/bin/env python3
"""Tests of the generator of random programs and of the shrinker (difftests/programs).

What needs a CPython to run programs on is skipped where none of 3.12 or later is found.
"""
from __future__ import annotations

import ast
import contextlib
import io
import subprocess
import sys
import unittest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "difftests"))
import workers  # noqa: E402
from programs import shrink as shrinking  # noqa: E402
from programs.dice import Dice, Urn  # noqa: E402
from programs.features import CALLS, FEATURES, OLDEST, available_in, needs_of, probe  # noqa: E402
from programs.generate import generate  # noqa: E402
from programs.shrink import shrink  # noqa: E402
from programs.slips import Slips, until_end, with_end  # noqa: E402
from programs.writer import Writer, executed  # noqa: E402
from workers import Outcome, Program, pythons  # noqa: E402

BUILDS = [build for build in pythons.find() if build.path.rsplit("/", 1)[-1].startswith("python")]
EVERYTHING = frozenset(needs_of(FEATURES))
HASHES = "import hashlib; from programs.generate import generate; " \
         "print(hashlib.sha256(''.join(generate(n).program.source for n in range(20)).encode()).hexdigest())"  # fmt: skip


class Generating(unittest.TestCase):
    def test_is_the_same_on_every_python(self) -> None:
        pythons_here = [sys.executable, *(build.path for build in BUILDS)]
        texts = {subprocess.run([python, "-c", HASHES], cwd=ROOT / "difftests", capture_output=True, text=True, check=True).stdout
                 for python in pythons_here}  # fmt: skip
        self.assertEqual(len(texts), 1)

    def test_compiles_and_differs_from_seed_to_seed(self) -> None:
        sources = {generate(seed, None, EVERYTHING).program.source for seed in range(60)}
        self.assertEqual(len(sources), 60)
        for source in sources:
            self.assertTrue(shrinking.compiles(source), source)

    def test_every_feature_is_written(self) -> None:
        written: Counter[str] = Counter()
        for seed in range(400):
            written += generate(seed, None, EVERYTHING).features
        self.assertEqual([name for name in FEATURES if not written[name] and FEATURES[name].weight >= 0.1], [])

    def test_a_weight_of_nothing_leaves_a_feature_out(self) -> None:
        without = {name: 0.0 for name in FEATURES if name.startswith(("task.", "group"))}
        for seed in range(40):
            self.assertFalse(set(generate(seed, without, EVERYTHING).features) & set(without))

    def test_a_weight_makes_a_feature_frequent(self) -> None:
        plain = sum(generate(seed, None, EVERYTHING).features["barrier.wait"] for seed in range(60))
        heavy = sum(generate(seed, {"barrier.wait": 8.0}, EVERYTHING).features["barrier.wait"] for seed in range(60))
        self.assertGreater(heavy, 3 * plain)

    def test_what_is_not_available_is_left_out(self) -> None:
        for seed in range(60):
            generated = generate(seed, None, ())
            self.assertEqual(needs_of(generated.features), set())
            for word in ("gather(", "timeout(", "Lock(", "Queue(", "eager_start="):
                self.assertNotIn(f"asyncio.{word}", generated.program.source)

    def test_without_a_word_it_is_what_the_oldest_has(self) -> None:
        for seed in range(60):
            generated = generate(seed)
            self.assertNotIn("# requires:", generated.program.source)
            self.assertEqual({FEATURES[name].since for name in generated.features}, {OLDEST})

    def test_a_program_of_newer_things_says_so(self) -> None:
        sources = [generate(seed, {"group.cancel": 8.0}, EVERYTHING).program.source for seed in range(40)]
        self.assertTrue(any("# requires: 3.15\n" in source for source in sources))

    def test_size(self) -> None:
        def lines(size: int) -> int:
            return sum(generate(seed, size=size).program.source.count("\n") for seed in range(20))

        self.assertGreater(lines(90), lines(20) * 1.3)

    def test_the_probe_asks_for_all_needs(self) -> None:
        source = probe().source
        ast.parse(source)
        for need in EVERYTHING:
            self.assertIn(need, source)
        self.assertLessEqual(set(CALLS), EVERYTHING)

    def test_a_probe_that_fails_is_no_answer(self) -> None:
        with self.assertRaises(RuntimeError):
            available_in(lambda program: Outcome(1, "", "boom", ""))


class Marks(unittest.TestCase):
    def test_a_mark_proves_what_stands_before_it(self) -> None:
        writer = Writer()
        writer.use("a")
        first = writer.mark()
        with writer.block("try:"):
            writer.use("b")
            inner = writer.mark()
        with writer.block("except Exception:"):
            handler = writer.mark()
        writer.use("c")
        last = writer.mark()

        def ran(*marks: int) -> Counter[str]:
            return executed("".join(f"{mark} Task-1\n" for mark in marks), writer.uses, writer.proof)

        self.assertEqual(ran(first), Counter("a"))
        self.assertEqual(ran(inner), Counter("ab"))
        self.assertEqual(ran(handler), Counter("a"))
        self.assertEqual(ran(last, inner), Counter("abc"))
        self.assertEqual(executed("hello\n99 x\n", writer.uses, writer.proof), Counter())

    def test_dice_and_urn(self) -> None:
        dice = Dice(7)
        self.assertEqual({dice.number(1, 3) for _ in range(100)}, {1, 2, 3})
        urn = Urn([("never", 0.0), ("often", 9.0), ("seldom", 1.0)])
        drawn = Counter(urn.draw(dice) for _ in range(500))
        self.assertEqual(set(drawn), {"often", "seldom"})
        self.assertGreater(drawn["often"], drawn["seldom"])


@contextlib.contextmanager
def running(build: pythons.Build, seed: int | None = None) -> Iterator[workers.Worker]:
    with workers.python_worker(build, seed=seed) as worker:
        yield worker


@unittest.skipUnless(BUILDS, "no CPython 3.12 or later")
class Running(unittest.TestCase):
    def test_the_same_under_every_hash_seed(self) -> None:
        build = BUILDS[-1]
        with running(build, 0) as first, running(build, 1) as second, running(build, 2) as third:
            available = available_in(lambda program: first.run(program, "-"))
            for seed in range(40):
                program = generate(seed, None, available).program
                said = {worker.run(program, "-").text() for worker in (first, second, third)}
                self.assertEqual(len(said), 1, program.source)

    def test_programs_end_and_live(self) -> None:
        alive = 0.0
        with running(BUILDS[0]) as worker:
            available = available_in(lambda program: worker.run(program, "-"))
            endings: Counter[int] = Counter()
            for seed in range(60):
                generated = generate(seed, None, available)
                outcome = worker.run(generated.program, "-")
                endings[outcome.status] += 1
                alive += generated.alive(outcome.stdout)
                self.assertLessEqual(generated.executed(outcome.stdout), generated.features)
        self.assertGreater(endings[0], 45, endings)
        self.assertEqual(endings[124] + endings[98], 0, endings)
        self.assertGreater(alive / 60, 0.25)

    def test_a_build_has_what_its_version_says(self) -> None:
        for build in BUILDS:
            with running(build) as worker:
                available = available_in(lambda program: worker.run(program, "-"))
            missing = [feature.name for feature in FEATURES.values() if not set(feature.needs) <= available]
            expected = [feature.name for feature in FEATURES.values() if feature.since > build.key[:2]]
            self.assertLessEqual(set(missing), set(expected), build.version)

    def test_two_releases_differ_and_the_program_shrinks(self) -> None:
        if BUILDS[0].key[:2] == BUILDS[-1].key[:2]:
            self.skipTest("all CPythons are of one release")
        with running(BUILDS[0]) as old, running(BUILDS[-1]) as new:
            available = available_in(lambda program: old.run(program, "-"))

            def differ(source: str) -> bool:
                program = Program("x.py", with_end(source))
                return until_end(old.run(program, "-").stdout) != until_end(new.run(program, "-").stdout)

            def fails(source: str, text: str) -> bool:
                outcome = old.run(Program("x.py", with_end(text)), "-")
                return not Slips(source).slipped(outcome.stdout, outcome.stderr) and differ(text)

            sources = (generate(seed, None, available).program.source for seed in range(300))
            source = next(source for source in sources if fails(source, source))
            small = shrink(source, lambda text: fails(source, text), 30.0)
        self.assertTrue(small.startswith('"""Shrunk from: Random program, seed '))
        self.assertLess(small.count("\n"), source.count("\n") / 4, small)


PROGRAM = '''"""Something long."""
import os
import sys


class Unused:
    def method(self):
        return helper(1)


def helper(value, more=2):
    for _ in range(3):
        print("loud", value, more)
    return value


def target(first, second="x"):
    try:
        if first:
            for _ in range(1):
                value = helper(first, more=second)
                print(f"needle {value + 1}")
                break
        else:
            helper(7)
    except ValueError:
        helper(8)
    finally:
        helper(9)
    return [1, 2, 3]


@staticmethod
def decorated():
    pass


x = target(5)
print(x, sys.argv)
'''


class Shrinking(unittest.TestCase):
    def shrunk(self, source: str, *words: str) -> str:
        """What is left when these words have to stay."""
        return shrink(source, lambda text: all(word in text for word in words), 20.0)

    def test_leaves_only_what_counts(self) -> None:
        small = self.shrunk(PROGRAM, "print(", "needle")
        self.assertTrue(small.startswith('"""Shrunk from: Something long."""\n'))
        self.assertLessEqual(small.count("\n"), 3, small)

    def test_keeps_calls_that_have_to_be_called(self) -> None:
        def prints_needle(source: str) -> bool:
            with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(Exception):
                exec(compile(source, "needle.py", "exec"), {})
            return "needle 6" in out.getvalue()

        small = shrink(PROGRAM, prints_needle, 60.0)
        self.assertTrue(prints_needle(small))
        self.assertLessEqual(small.count("\n"), 8, small)

    def test_few_tries(self) -> None:
        body = "\n".join(f"    a{n} = {n}\n    if a{n}:\n        print({n})" for n in range(50))
        tries: list[str] = []

        def fails(text: str) -> bool:
            tries.append(text)
            return "print(17)" in text and "print(31)" in text

        small = shrink(f"def f():\n{body}\nf()\n", fails, 20.0)
        self.assertLess(len(tries), 300)
        self.assertLessEqual(small.count("\n"), 4, small)
        self.assertEqual(len(tries), len(set(tries)), "a source was tried twice")

    def test_never_gives_what_does_not_fail(self) -> None:
        self.assertEqual(shrink(PROGRAM, lambda text: False, 5.0), PROGRAM)
        self.assertEqual(shrink(PROGRAM, lambda text: text == PROGRAM, 5.0), PROGRAM)

    def test_leaves_alone_what_is_no_python(self) -> None:
        self.assertEqual(shrink("def (:\n", lambda text: True, 5.0), "def (:\n")

    def test_out_of_time(self) -> None:
        self.assertEqual(shrink(PROGRAM, lambda text: True, 0.0), PROGRAM)

    def test_drops_branches_handlers_and_decorators(self) -> None:
        source = "@one\n@two\ndef f(a, b=1, *c):\n    try:\n"
        source += "        needle()\n    except A:\n        p()\n    else:\n        q()\n"
        small = self.shrunk(source, "def f", "needle()")
        self.assertEqual(small, '"""A program, shrunk."""\ndef f():\n    needle()\n')

    def test_inlines_what_is_read_once(self) -> None:
        def used(source: str) -> bool:
            got: list[int] = []
            with contextlib.suppress(Exception):
                exec(source, {"make": lambda: 5, "use": got.append})
            return got == [5]

        small = shrink("a = make()\nb = a\nuse(b)\n", used, 20.0)
        self.assertEqual(small, '"""A program, shrunk."""\nuse(make())\n')

    def test_tells_of_its_progress(self) -> None:
        told: list[tuple[int, int]] = []
        shrink(PROGRAM, lambda text: "needle" in text, 20.0, lambda tries, lines: told.append((tries, lines)))
        self.assertEqual([tries for tries, _ in told], list(range(1, len(told) + 1)))
        self.assertEqual(sorted([lines for _, lines in told], reverse=True), [lines for _, lines in told])

    def test_slips(self) -> None:
        slips = Slips("1 Task-1 TypeError(object is not iterable)")
        self.assertFalse(slips.slipped("1 Task-2 TypeError(object is not iterable)\n", ""))
        self.assertTrue(slips.slipped("", "NameError: name 'x' is not defined"))
        self.assertTrue(slips.slipped("<Task pending name='a'>\n", ""))
        self.assertTrue(slips.slipped("x at 0x7f00\n", ""))
        self.assertFalse(slips.slipped("fine\n[the end]\n<Task pending>\n", ""))


if __name__ == "__main__":
    unittest.main()
