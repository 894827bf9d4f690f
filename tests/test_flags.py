#!/usr/bin/env python3
"""Tests of the table of flags: what "aiocore semantics" says, how programs are judged, and that docs/versions.md is up to date.

    test_flags.py AIOCORE [unittest's arguments]

No CPython is needed: what builds print is made up here.
"""
from __future__ import annotations

import json
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "difftests"))
import run_flags  # noqa: E402
from flags import show, table as tables  # noqa: E402
from flags.judge import Run, Verdict, judge, spans  # noqa: E402
from flags.table import Flag, Table, Witness  # noqa: E402

BINARY = ""  # the first argument
RELEASES = ["3.12.0", "3.12.1", "3.13.0", "3.13.1", "3.14.0"]
WITNESS = Witness("versions/x", "difftests/scenarios/versions/x.py", "x", "", (), "")


def aiocore(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=60)


def flag(on: str = "3.13.1, 3.14") -> Flag:
    return Flag("x", "gh-1", "X is so.", on, tables.releases_of(on, RELEASES), "scenarios/versions/x")


def honest(flag: Flag) -> Run:
    """What aiocore prints if it does what the table says."""

    def run(profile: str) -> str:
        has = profile[:6] in flag.on
        return "new\n" if has != (len(profile) > 6) else "old\n"

    return run


def judged(flag: Flag, builds: dict[str, str], run: Run | None = None, witness: Witness = WITNESS) -> Verdict:
    return judge(flag, witness, RELEASES, builds, run or honest(flag))


class Command(unittest.TestCase):
    """aiocore semantics"""

    def test_every_release_and_flag_is_listed(self) -> None:
        known = json.loads(aiocore("semantics", "--json").stdout)
        words = aiocore("semantics").stdout.split()
        for name in [*known["presets"], *(each["name"] for each in known["flags"])]:
            self.assertIn(name, words)

    def test_presets_agree_with_the_words_for_people(self) -> None:
        known = json.loads(aiocore("semantics", "--json").stdout)
        table = tables.table_of(known)
        for each in table.flags:
            with self.subTest(each.name):
                self.assertEqual(tables.releases_of(each.on_in, table.releases), each.on)
        self.assertEqual(set(known["presets"]["fast"]) - set(known["presets"][table.releases[-1]]), {"fast_groups"})

    def test_every_flag_has_its_issue_in_the_list(self) -> None:
        text = aiocore("semantics").stdout
        for each in json.loads(aiocore("semantics", "--json").stdout)["flags"]:
            self.assertIn(f"{each['summary']} ({each['issue']})", text)

    def test_what_changed_between_two_releases(self) -> None:
        known = json.loads(aiocore("semantics", "--json").stdout)
        releases = list(known["presets"])
        about = {each["name"]: each for each in known["flags"]}
        for old, new in [*zip(releases, releases[1:]), ("3.13.0", "3.14.10"), ("3.15.2", "3.12.0")]:
            changes = json.loads(aiocore("semantics", "--json", "--diff", old, new).stdout)
            on = [each for each in known["presets"][new] if each not in known["presets"][old]]
            off = [each for each in known["presets"][old] if each not in known["presets"][new]]
            told = {"from": old, "to": new, "on": [about[each] for each in on], "off": [about[each] for each in off]}
            self.assertEqual(changes, told)

    def test_what_changed_in_words(self) -> None:
        text = aiocore("semantics", "--diff", "3.13.1", "3.13.3").stdout
        start, now, before = text.split("\n\n")
        self.assertEqual(start, "From 3.13.1 to 3.13.3")
        forwards = "  create_task_forwards_kwargs (gh-128308, gh-133745)\n      A task factory"
        self.assertTrue(now.startswith(f"What is so now\n{forwards}"))
        self.assertIn("      difftests/scenarios/versions/create_task_forwards_kwargs.py\n", now)
        self.assertTrue(before.startswith("What was so, and is no more\n  factory_always_set_name (gh-105684, gh-130033)\n"))
        self.assertIn("taskgroup_eager_done_callback_inline", before)

    def test_changes_of_profiles_with_flags(self) -> None:
        changes = json.loads(aiocore("semantics", "--diff", "3.14-sleep_rejects_nan", "fast-taskgroup_cancel", "--json").stdout)
        on = [each["name"] for each in changes["on"]]
        self.assertTrue({"sleep_rejects_nan", "fast_groups"} <= set(on))
        self.assertNotIn("taskgroup_cancel", on)
        text = aiocore("semantics", "--diff", "3.15", "3.15.2").stdout
        self.assertEqual(text, "From 3.15 to 3.15.2\n\nNothing that is a flag changed.\n")

    def test_misuse(self) -> None:
        for words in (
            "--no-such-option", "--json more", "file.py", "--diff", "--diff 3.13", "--diff 3.13 3.14 3.15",
            "--diff 3.13 3.99", "--diff 3.13+no_flag 3.14", "--diff 3.12 3.13 --diff 3.13 3.14", "--diff --json 3.13",
        ):
            done = aiocore("semantics", *words.split())
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertTrue(done.stderr.startswith("aiocore: "), words)

    def test_output_that_cannot_be_written(self) -> None:
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([BINARY, "semantics"], stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 1)


class Releases(unittest.TestCase):
    """What "3.13.0-3.13.2, 3.13.4+" means."""

    def test_parts(self) -> None:
        for text, meant in {
            "3.13": ["3.13.0", "3.13.1"],
            "3.12.1+": ["3.12.1"],
            "3.12.1+, 3.14": ["3.12.1", "3.14.0"],
            "3.12.1-3.13.0": ["3.12.1", "3.13.0"],
            "3.13.1": ["3.13.1"],
            "fast only": [],
        }.items():
            self.assertEqual(sorted(tables.releases_of(text, RELEASES)), meant, text)

    def test_spans(self) -> None:
        self.assertEqual(spans(["3.12.1", "3.13.0", "3.14.0"], RELEASES), "3.12.1-3.13.0, 3.14.0")


class Judging(unittest.TestCase):
    """What passes, and each reason to fail."""

    def problem(self, verdict: Verdict, words: str) -> None:
        self.assertEqual(verdict.state, "failed")
        self.assertTrue(any(words in problem for problem in verdict.problems), verdict.problems)

    def test_passes(self) -> None:
        verdict = judged(flag(), {"3.12.1": "old\n", "3.14.0": "new\n"})
        self.assertEqual((verdict.state, verdict.problems, verdict.notes), ("passed", [], []))
        self.assertEqual((verdict.builds, verdict.changes), ([["3.12.1"], ["3.14.0"]], ["3.13.1"]))
        self.assertEqual((verdict.alone, verdict.hidden, verdict.pairs), (RELEASES, [], [("3.12.1", "3.14.0")]))

    def test_a_side_without_a_build_is_told(self) -> None:
        self.assertEqual(judged(flag(), {"3.14.0": "new\n"}).notes, ["off side: no build at hand"])
        self.assertEqual(judged(flag(), {"3.12.0": "old\n"}).notes, ["on side: no build at hand"])

    def test_a_build_on_the_other_side(self) -> None:
        self.problem(judged(flag(), {"3.12.1": "new\n"}), "CPython 3.12.1 is on the other side")

    def test_a_build_that_differs(self) -> None:
        self.problem(judged(flag(), {"3.12.1": "old\nmore\n"}), "line 2: more | (nothing)")

    def test_a_build_that_aiocore_does_not_know(self) -> None:
        self.problem(judged(flag(), {"3.99.0": "new\n"}), "does not know CPython 3.99.0")

    def test_a_flag_that_changes_nothing(self) -> None:
        by_release = honest(flag())
        self.problem(judged(flag(), {}, lambda profile: by_release(profile[:6])), "nothing changes under 3.13.1-x")

    def test_a_flag_that_cannot_be_put_on(self) -> None:
        with_it = honest(flag())
        run = lambda profile: "old\n" if "+" in profile else with_it(profile)  # noqa: E731
        self.problem(judged(flag(), {}, run), "nothing changes where it is put on alone")

    def test_a_flag_of_no_release(self) -> None:
        own = flag("fast only")
        self.assertEqual(judged(own, {}).state, "passed")
        self.problem(judged(own, {}, lambda profile: "same\n"), "nothing changes under 3.14.0+x")

    def test_two_builds_that_straddle_it_and_print_the_same(self) -> None:
        verdict = judged(flag(), {"3.12.1": "new\n", "3.13.0-wasm": "old\n", "3.13.1": "new\n"})
        self.problem(verdict, "CPython 3.12.1 and 3.13.1 print the same")
        self.assertEqual(verdict.pairs, [("3.13.0-wasm", "3.13.1")])

    def test_a_change_that_no_builds_straddle_is_told(self) -> None:
        back = flag("3.12.1, 3.13.1, 3.14")
        verdict = judged(back, {"3.12.0": "old\n", "3.13.1": "new\n"})
        self.assertEqual(verdict.notes, ["no builds straddle what changed in 3.12.1, 3.13.0, 3.13.1"])
        verdict = judged(back, {"3.13.0": "old\n", "3.13.1": "new\n"})
        self.assertEqual(verdict.notes, ["no builds straddle what changed in 3.12.1, 3.13.0"])

    def test_what_another_flag_hides_is_told(self) -> None:
        with_it = honest(flag())
        run = lambda profile: with_it(profile.replace("3.12.0+x", "3.12.0"))  # noqa: E731
        verdict = judged(flag(), {"3.12.0": "old\n", "3.13.1": "new\n"}, run)
        self.assertEqual((verdict.state, verdict.notes), ("passed", ["hidden by others in 3.12.0"]))

    def test_an_old_side_that_cannot_be_run(self) -> None:
        late = Witness("versions/x", "", "x", "", ((3, 13, 1),), "")
        verdict = judged(flag(), {"3.14.0": "new\n"}, witness=late)
        self.assertEqual((verdict.state, verdict.notes), ("skipped", ["off side: it cannot be run before 3.13.1"]))

    def test_some_release_can_run_each_program(self) -> None:
        programs = tables.witnesses()
        self.assertTrue(any(each.requires for each in programs))
        for each in programs:
            self.assertTrue(each.fits("3.15.2"), each.name)

    def test_a_flag_without_a_program(self) -> None:
        verdicts = run_flags.judge_flag(flag(), [], Table((flag(),), tuple(RELEASES)), {}, None)
        self.assertEqual((verdicts[0].state, verdicts[0].problems), ("failed", ["no program shows it"]))

    def test_a_header_that_names_no_flag(self) -> None:
        table = Table((flag(),), tuple(RELEASES))
        self.assertEqual(tables.strays(table, [WITNESS]), [])
        stray = Witness("versions/y", "difftests/scenarios/versions/y.py", "y", "", (), "")
        self.assertEqual(tables.strays(table, [stray]), ["difftests/scenarios/versions/y.py: no flag is called y"])
        second = Witness("versions/y", "difftests/scenarios/versions/y.py", "x", "", (), "")
        told = "difftests/scenarios/versions/y.py: the table says that difftests/scenarios/versions/x.py shows x"
        self.assertEqual(tables.strays(table, [second]), [told])


class Programs(unittest.TestCase):
    """The programs that are there, and the document."""

    def test_every_flag_has_one_and_every_header_a_flag(self) -> None:
        table, programs = tables.load(BINARY), tables.witnesses()
        shown = {each.flag for each in programs}
        self.assertEqual({each.name for each in table.flags}, shown)
        self.assertEqual(tables.strays(table, programs), [])
        for each in programs:
            self.assertTrue(each.shows, each.path)

    def test_the_document_is_up_to_date(self) -> None:
        text = show.DOCUMENT.read_text(encoding="utf-8")
        self.assertEqual(show.in_document(text, tables.load(BINARY)), text, "run ./dev flags --write")


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main()
