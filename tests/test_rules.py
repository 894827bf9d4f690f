"""tools/rules.py: a rule needs a proof, and what it names must exist."""
from __future__ import annotations

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import rules

GOOD = "### 1. Awaiting\nA done future does not suspend.\n= ac_future_outcome | _asyncio.FutureIter | future/await_done\n"


def wrong_with(text: str) -> list[str]:
    return [words.split(": rule ", 1)[1] for words in rules.check(rules.read(text))]


class Rules(unittest.TestCase):
    def test_a_rule_with_all_three_is_good_in_both_forms(self) -> None:
        self.assertEqual(wrong_with(GOOD), [])
        written = rules.rewrite(GOOD)
        self.assertIn("[`future/await_done`](../difftests/scenarios/future/await_done.py)", written)
        self.assertIn("[`ac_future_outcome`](../src/future/future.c)", written)
        self.assertEqual(wrong_with(written), [])
        self.assertEqual(rules.rewrite(written), written)

    def test_a_rule_without_a_proof_fails(self) -> None:
        self.assertEqual(len(wrong_with("### 1. Awaiting\nA done future does not suspend.\n")), 1)
        self.assertEqual(len(wrong_with(GOOD.replace("future/await_done", ""))), 1)

    def test_what_does_not_exist_is_named(self) -> None:
        for old, new in (("ac_future_outcome", "ac_no_such"), ("await_done", "no_such"), ("_asyncio.FutureIter", "x y")):
            self.assertEqual(len(wrong_with(GOOD.replace(old, new))), 1 if new != "x y" or rules.library() else 0)

    def test_numbers_count_up(self) -> None:
        self.assertEqual(wrong_with(GOOD.replace("### 1.", "### 3.")), ["3 should be rule 1"])

    def test_a_rule_of_no_words_says_nothing(self) -> None:
        self.assertEqual(wrong_with("### 1. A\n= ac_future_outcome | _asyncio.F | future/await_done\n"), ["1 says nothing"])


if __name__ == "__main__":
    unittest.main()
