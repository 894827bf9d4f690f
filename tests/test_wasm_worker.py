#!/usr/bin/env python3
"""Checks difftests/wasm_worker.mjs on a WebAssembly build, if tools/get-pythons --wasm fetched one: every program begins anew.

    test_wasm_worker.py [unittest's arguments]

Exit status 77 if there is no such build.
"""
from __future__ import annotations

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "difftests")]
import pythons  # noqa: E402
from workers import Outcome, Program, Worker  # noqa: E402

BUILDS = pythons.find(kinds=["wasm"])
PATCHES = """
import asyncio, time
print(asyncio.run.__module__, asyncio.events._event_loop_policy, asyncio._get_running_loop(), time.sleep)
"""


class Programs(unittest.TestCase):
    worker: Worker

    @classmethod
    def setUpClass(cls) -> None:
        cls.worker = cls.start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.worker.close()

    @staticmethod
    def start(*options: str, seed: int | None = None) -> Worker:
        return Worker(BUILDS[-1].name, [*pythons.command(BUILDS[-1]), *options], seed=seed)

    def run_source(self, source: str, flags: str = "-") -> Outcome:
        return self.worker.run(Program("program.py", source), flags)

    def test_nothing_is_left_of_the_program_before(self) -> None:
        source = "import asyncio\nasync def main():\n    print(asyncio.current_task().get_name(), hasattr(asyncio, 'left'))\n"
        source += "    asyncio.left = open('/left', 'w'), [0] * 10_000_000\nasyncio.run(main())\n"
        for flags in ("-", "r", "-"):
            outcome = self.run_source(source, flags)
            self.assertEqual((outcome.stdout, outcome.status), ("Task-1 False\n", 0), outcome.stderr)
            self.assertEqual(outcome.record != "", flags == "r")

    def test_asyncio_is_as_python_has_it(self) -> None:
        self.assertEqual(self.run_source(PATCHES).stdout, "asyncio.runners None None <built-in function sleep>\n")

    def test_how_programs_end(self) -> None:
        cases = {
            "raise SystemExit(7)": 7,
            "raise KeyboardInterrupt": 130,
            "1 / 0": 1,
            "import asyncio\nasync def main():\n    await asyncio.Future()\nasyncio.run(main())": 97,
        }
        for source, status in cases.items():
            with self.subTest(source):
                self.assertEqual(self.run_source(source).status, status)

    def test_deep_recursion_is_an_error_of_the_program(self) -> None:
        source = (
            "class Deep:\n    def __repr__(self):\n        return repr(self)\n"
            "try:\n    repr(Deep())\nexcept RecursionError:\n    print('deep')\n"
        )
        self.assertEqual(self.run_source(source).stdout, "deep\n")

    def test_any_text_passes(self) -> None:
        outcome = self.run_source("print('é𝄞\\0' * 200_000, end='')")  # more than a pipe takes at once
        self.assertEqual(outcome.stdout, "é𝄞\0" * 200_000)

    def test_pure_and_seed(self) -> None:
        source = "import asyncio\nprint(asyncio.tasks._PyTask in asyncio.Task.__mro__, hash('text'))\n"
        said: list[list[str]] = []
        for seed in (1, 1):
            with self.start("--pure", seed=seed) as worker:
                said.append(worker.run(Program("program.py", source), "-").stdout.split())
        self.assertEqual([words[0] for words in said], ["True"] * 2)
        self.assertEqual(said[0], said[1])


if __name__ == "__main__":
    if not BUILDS:
        print("no WebAssembly build is at hand: tools/get-pythons --wasm fetches some")
        sys.exit(77)
    unittest.main()
