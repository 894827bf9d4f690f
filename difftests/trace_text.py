"""The part of a trace that both sides can record, as text: what ran in which turn, and what it scheduled.

aiocore's own text (src/trace/text.c) says more in the same words.  Things without names are numbered anew, by the order in
which they appear in these lines, so that two traces are the same if and only if their lines are.
"""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]
NUMBERED = re.compile(r"(Future|Handle|TaskGroup|Task)#\d+")
END = "_run_until_complete_cb"  # after this callback the main task is done
OF = {"step": "step of", "wakeup": "wakeup of", "callback": "callback", "done_callback": "done callback", "timer": "timer"}


class Names:
    """Numbers by first appearance, and the bodies of tasks."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.last: dict[str, int] = defaultdict(int)
        self.bodies: dict[str, str] = {}

    def new(self, match: re.Match[str]) -> str:
        """A number of this trace for one of the record's."""
        old, word = match.group(0), match.group(1)
        if old not in self.known:
            self.last[word] += 1
            self.known[old] = f"{word}#{self.last[word]}"
        return self.known[old]

    def renumber(self, text: str) -> str:
        return NUMBERED.sub(self.new, text)

    def task(self, name: str) -> str:
        """Task-2 'worker'"""
        body = self.bodies.get(name)
        return f"{name} '{body}'" if body else name


def handle(record: Record) -> str:
    """What a handle is, in words."""
    run = record["run"]
    if run == "group":
        return f"callback of {record['group']} for {record['task']}"
    return f"{OF[run]} {record.get('task') or record.get('callback') or record['handle']}"


def run_begin(record: Record, names: Names) -> str:
    if record["run"] in ("step", "wakeup"):
        return f"{record['run']} {names.task(record['task'])}"
    return handle(record)


def task_created(record: Record, names: Names) -> str:
    if record.get("body"):
        names.bodies[record["task"]] = record["body"].rsplit(".", 1)[-1]
    return f"creates {names.task(record['task'])}" + (", eagerly" if record["eager"] else "")


def seconds(value: float | str) -> str:
    return f"{value if isinstance(value, str) else float(value)!r}".strip("'") + "s"


def sentence(record: Record, names: Names) -> str | None:
    """One record in words; None if both sides do not have it."""
    kind = record["event"]
    if kind == "turn_begin":
        return f"turn {record['turn']} at {seconds(record['time'])}: {record['ready']} ready"
    if kind == "scheduled":
        by = f" by {record['by']}" if record.get("by") and record["run"] != "group" else ""
        return f"schedules {handle(record)}{by}"
    if kind == "timer_set":
        return f"sets {handle(record)} for {seconds(record['when'])}"
    if kind == "run_begin":
        return run_begin(record, names)
    if kind == "task_created":
        return task_created(record, names)
    if kind == "step_end":
        return f"-> {record['stop']}" + (f" {record['future']}" if "future" in record else "")
    return "exception handler" if kind == "report" else None


def until_main_is_done(records: Iterable[Record]) -> Iterable[Record]:
    """What comes after the end of the main task is left out: closing a loop is not the scenario's."""
    ends = False
    for record in records:
        yield record
        ends = ends or (record["event"] == "run_begin" and record.get("callback") == END)
        if ends and record["event"] == "run_end":
            return


def lines(records: Iterable[Record]) -> list[str]:
    """The lines of a trace."""
    names, depth, eager, found = Names(), 0, [], []
    for record in until_main_is_done(records):
        kind = record["event"]
        depth = {"turn_begin": 0, "run_begin": 1}.get(kind, depth)
        text = sentence(record, names)
        if text is not None:
            found.append("  " * depth + names.renumber(text))
        if kind == "task_created" and record["eager"]:
            eager.append(record["task"])
            depth += 1
        elif kind == "step_end" and eager and eager[-1] == record["task"]:
            eager.pop()
            depth -= 1
        depth = {"turn_begin": 1, "run_begin": 2, "run_end": 1, "turn_end": 0}.get(kind, depth)
    return found
