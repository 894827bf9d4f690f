#!/usr/bin/env python3
"""Tests of "aiocore ps": where it stops, what it shows, and how it ends.

    ps_command.py AIOCORE [unittest's arguments]
"""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BINARY = ""  # the first argument
HEAD = "import asyncio\n\n\n"
SLEEPS = HEAD + """\
async def child(number):
    print("child", number)
    try:
        await asyncio.sleep(number)
    finally:
        print("the child ends")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            for number in (1, 2):
                group.create_task(child(number), name=f"child {number}")
    except BaseException as error:
        print("caught", error)
        raise


asyncio.run(main())
asyncio.run(main())
"""
CYCLE = HEAD + """\
async def waits(tasks, other):
    await tasks[other]


async def main():
    tasks = {}
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        tasks[name] = asyncio.create_task(waits(tasks, other), name=name)
    await asyncio.sleep(1)


asyncio.run(main())
"""
STUBBORN = HEAD + """\
async def main():
    while True:
        try:
            await asyncio.sleep(1)
        except BaseException:
            print("goes on")


asyncio.run(main())
"""


class Ps(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def ps(self, source: str, *options: str) -> tuple[int, str, str]:
        """Its status, what it writes, and what goes to standard error."""
        (Path(self.folder.name) / "file.py").write_text(source, encoding="utf-8")
        command = [BINARY, "ps", *options]
        done = subprocess.run(command, cwd=self.folder.name, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def test_the_table_at_a_turn(self) -> None:
        status, shown, printed = self.ps(SLEEPS, "--at-turn", "3", "file.py")
        self.assertEqual(status, 0)
        self.assertEqual(printed, "child 1\nchild 2\n")
        rows = [line.split("  ") for line in shown.splitlines()]
        self.assertEqual([row[0] for row in rows], ["TASK", "Task-1", "child 1", "child 2"])
        self.assertIn("child 1, child 2", shown)
        self.assertIn("TaskGroup._aexit -> TaskGroup.__aexit__ -> main", shown)

    def test_the_first_turn(self) -> None:
        status, shown, printed = self.ps(SLEEPS, "--at-turn", "1", "file.py")
        self.assertEqual((status, printed), (0, ""))
        self.assertEqual(shown, "TASK    STATE  AWAITS  STACK  AWAITED BY\nTask-1  ready  -       main   -\n")

    def test_what_it_prints_while_it_is_ended_is_nowhere(self) -> None:
        for turn in range(1, 12):
            _, _, printed = self.ps(SLEEPS, "--at-turn", str(turn), "file.py")
            self.assertNotIn("caught", printed)
            self.assertNotIn("Traceback", printed)

    def test_a_program_that_catches_everything_ends(self) -> None:
        status, shown, printed = self.ps(STUBBORN, "--at-time", "5", "file.py")
        self.assertEqual((status, printed), (0, ""))
        self.assertIn("sleep -> main", shown)

    def test_turns_of_all_loops_are_counted(self) -> None:
        seen = set()
        for turn in range(1, 60):
            status, shown, _ = self.ps(SLEEPS, "--at-turn", str(turn), "--json", "file.py")
            if status != 0:
                break
            seen |= {json.loads(line)["task"] for line in shown.splitlines()}
        self.assertEqual(status, 1)
        self.assertIn("Task-1", seen)
        self.assertGreater(len({name for name in seen if name.startswith("Task-")}), 2)

    def test_at_a_time(self) -> None:
        _, shown, _ = self.ps(SLEEPS, "--at-time", "1.5", "--json", "file.py")
        rows = {row["task"]: row for row in map(json.loads, shown.splitlines())}
        self.assertEqual(rows["Task-1"]["awaits"], ["child 2"])
        self.assertEqual(rows["child 2"]["state"], "waiting")
        self.assertEqual(rows["child 2"]["awaited_by"], ["Task-1"])
        stack = [{"function": "sleep", "file": "asyncio/tasks.py"}, {"function": "child", "file": "file.py", "line": 7}]
        self.assertEqual(rows["child 2"]["stack"], stack)

    def test_the_tree_and_options_behind_the_file(self) -> None:
        status, shown, _ = self.ps(SLEEPS, "file.py", "--at-turn", "3", "--tree")
        self.assertEqual(status, 0)
        self.assertEqual(shown, """\
└── (T) Task-1
    └──  main file.py:14
        └──  TaskGroup.__aexit__ asyncio/taskgroups.py
            └──  TaskGroup._aexit asyncio/taskgroups.py
                ├── (T) child 1
                │   └──  child file.py:7
                │       └──  sleep asyncio/tasks.py
                └── (T) child 2
                    └──  child file.py:7
                        └──  sleep asyncio/tasks.py
""")

    def test_cycles(self) -> None:
        status, shown, said = self.ps(CYCLE, "--tree", "--at-time", "1", "file.py")
        self.assertEqual((status, shown), (1, ""))
        self.assertEqual(said, "ERROR: await-graph contains cycles - cannot print a tree!\n\ncycle: a → b → c → a\n")
        status, shown, _ = self.ps(CYCLE, "--at-time", "1", "file.py")
        self.assertEqual((status, len(shown.splitlines())), (0, 5))

    def test_a_program_that_ends_before(self) -> None:
        status, shown, said = self.ps("print('done')\n", "--at-turn", "1", "file.py")
        self.assertEqual((status, shown, said), (1, "", "done\naiocore: the program ended, with status 0, before that\n"))

    def test_the_semantics_are_those_that_are_asked_for(self) -> None:
        for version in ("3.12", "3.15"):
            status, shown, _ = self.ps(SLEEPS, "--semantics", version, "--at-turn", "3", "file.py")
            self.assertEqual((status, len(shown.splitlines())), (0, 4))

    def test_misuse(self) -> None:
        for options in (["file.py"], ["--at-turn", "0", "file.py"], ["--at-turn", "-1", "file.py"], ["--at-time", "x", "file.py"],
                        ["--at-time", "nan", "file.py"], ["--at-time", "-1", "file.py"], ["--at-turn", "1"],
                        ["--at-turn", "1", "nowhere.py"], ["--at-turn", "1", "--perfetto", "file.py"]):
            status, shown, said = self.ps(SLEEPS, *options)
            self.assertEqual((status, shown), (2, ""), options)
            self.assertTrue(said)

    def test_help(self) -> None:
        status, shown, _ = self.ps(SLEEPS, "--help")
        self.assertEqual(status, 0)
        self.assertIn("--at-turn", shown)


if __name__ == "__main__":
    BINARY = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
