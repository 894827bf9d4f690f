"""Tiny asyncio programs as data: the operations, the notation, and the rules that a program of the enumeration follows.

A body is a tuple of operations, an operation a tuple (kind, target, inner); body 0 is the main task's.  What is spawned
has its body inside of the operation that spawns it, so a program is one tree, and reading it from left to right (the
"reading order" below) meets every task and every future in a fixed order: numbering them in that order makes two
programs that differ only in names the same tuple.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Op = tuple[str, int, tuple[Any, ...]]
Body = tuple[Op, ...]
LabelledOp = tuple[str, str, int, tuple[Any, ...]]  # kind, label, target, inner

NONE = -1  # the target of an operation that has none

# One letter each in the notation: "L1(s w0!) c1" spawns task 1, which sleeps, waits for future 0 and catches what that raises;
# then the main task cancels it.
LETTERS = {
    "sleep": "s",  # await asyncio.sleep(0)
    "raise": "x",  # raise ValueError
    "exit": "X",  # raise SystemExit
    "uncancel": "u",  # asyncio.current_task().uncancel()
    "wait": "w",  # await a future
    "result": "R",  # future.set_result
    "error": "E",  # future.set_exception
    "drop": "D",  # future.cancel
    "hear": "h",  # future.add_done_callback
    "join": "j",  # await a task
    "cancel": "c",  # task.cancel
    "listen": "l",  # task.add_done_callback
    "lazy": "L",  # spawn a task that starts in the next turn
    "eager": "G",  # spawn a task that starts at once
    "group": "T",  # async with asyncio.TaskGroup()
}
KINDS = {letter: kind for kind, letter in LETTERS.items()}
CATCH = "catch"
PLAIN = ("sleep", "raise", "exit", "uncancel")
ON_FUTURES = ("wait", "result", "error", "drop", "hear")
ON_TASKS = ("join", "cancel", "listen")
SPAWNS = ("lazy", "eager")
CATCHABLE = ("sleep", "wait", "join", "group")
NUMBERS = {  # that a target may have: there are two futures, and two tasks besides the main one
    **dict.fromkeys(ON_FUTURES, range(2)),
    **dict.fromkeys(ON_TASKS, range(3)),
    **dict.fromkeys(SPAWNS, range(1, 3)),
}


@dataclass(frozen=True)
class Place:
    """Where an operation is: in whose body."""

    op: Op
    task: int


def flat(body: Body, task: int = 0) -> Iterator[Place]:
    """All operations in reading order; a catch is followed by what it is around."""
    for op in body:
        yield Place(op, task)
        yield from flat(op[2], op[1] if op[0] in SPAWNS else task)


def size(body: Body) -> int:
    """How many operations; a catch belongs to what it is around."""
    return sum(place.op[0] != CATCH for place in flat(body))


# ---- notation ------------------------------------------------------------------------------------------------


def text(body: Body) -> str:
    return " ".join(text_of(op) for op in body)


def text_of(op: Op) -> str:
    kind, target, inner = op
    if kind == CATCH:
        return text_of(inner[0]) + "!"
    number = "" if target == NONE else str(target)
    block = f"({text(inner)})" if kind in SPAWNS or kind == "group" else ""
    return LETTERS[kind] + number + block


def parse(notation: str) -> Body:
    """The program of a notation; ValueError if it is none."""
    body, rest = parse_body(notation.replace(" ", ""))
    if rest:
        raise ValueError(f"nothing opened what {rest!r} closes")
    return body


def parse_body(rest: str) -> tuple[Body, str]:
    ops: list[Op] = []
    while rest and rest[0] != ")":
        op, rest = parse_op(rest)
        ops.append(op)
    return tuple(ops), rest


def parse_op(rest: str) -> tuple[Op, str]:
    kind = KINDS.get(rest[0])
    if kind is None:
        raise ValueError(f"{rest[0]!r} is no operation")
    digits = len(rest[1:]) - len(rest[1:].lstrip("0123456789"))
    target = int(rest[1 : 1 + digits]) if digits else NONE
    if (target == NONE) != (kind in PLAIN or kind == "group"):
        raise ValueError(f"a number is missing or too much: {rest!r}")
    if target not in NUMBERS.get(kind, (NONE,)):
        numbers = " or ".join(map(str, NUMBERS[kind]))
        raise ValueError(f"the number behind {rest[0]!r} can be {numbers}: {rest!r}")
    rest = rest[1 + digits :]
    inner: Body = ()
    if kind in SPAWNS or kind == "group":
        if not rest.startswith("("):
            raise ValueError(f"a body is missing: {rest!r}")
        inner, rest = parse_body(rest[1:])
        if not rest.startswith(")"):
            raise ValueError("a body is not closed")
        rest = rest[1:]
    op: Op = (kind, target, inner)
    if rest.startswith("!"):
        return (CATCH, NONE, (op,)), rest[1:]
    return op, rest


# ---- the rules -----------------------------------------------------------------------------------------------


def ends(body: Body) -> bool:
    """Does this body surely raise at its end, so that nothing may come after it?"""
    if not body:
        return False
    kind, _, inner = body[-1]
    return kind in ("raise", "exit") or (kind == "group" and ends(inner))


def has_dead_code(body: Body) -> bool:
    return any(ends(body[:index]) for index in range(1, len(body))) or any(has_dead_code(op[2]) for op in body)


def idle_futures(body: Body) -> bool:
    """Is there a future that nobody waits for, and that is not both completed and listened to?"""
    uses: dict[int, set[str]] = {}
    for place in flat(body):
        if place.op[0] in ON_FUTURES:
            uses.setdefault(place.op[1], set()).add(place.op[0])
    completing = {"result", "error", "drop"}
    return any("wait" not in kinds and ("hear" not in kinds or not kinds & completing) for kinds in uses.values())


def too_early(body: Body) -> bool:
    """Does a task mention another one before it spawns that one itself, or one that spawns it?"""
    before: dict[int, set[int]] = {}  # of a task: the tasks it has mentioned so far
    return any(clashes(body, 0, before))


def clashes(body: Body, task: int, before: dict[int, set[int]]) -> Iterator[bool]:
    seen = before.setdefault(task, set())
    for kind, target, inner in body:
        if kind in ON_TASKS:
            seen.add(target)
        elif kind in SPAWNS:
            born = {target} | {place.op[1] for place in flat(inner) if place.op[0] in SPAWNS}
            yield bool(born & seen)
            yield from clashes(inner, target, before)
        else:
            yield from clashes(inner, task, before)


def waits_in_a_circle(body: Body) -> bool:
    """Do tasks wait for each other, by await or as the owner of a group does for the tasks in it?

    How deep CPython recurses when one of two that await each other is cancelled is its build's own business, and a task
    that awaits the owner of its group can not be cancelled: such a program never ends.
    """
    waits: dict[int, set[int]] = {}
    for waiting, other in waits_of(body, 0, False):
        if waiting != other:
            waits.setdefault(waiting, set()).add(other)
    return any(reaches(waits, start, start, set()) for start in waits)


def waits_of(body: Body, task: int, in_group: bool) -> Iterator[tuple[int, int]]:
    """Who waits for whom."""
    for kind, target, inner in body:
        if kind == "join" or (kind in SPAWNS and in_group):
            yield task, target
        if kind in SPAWNS:
            yield from waits_of(inner, target, False)
        else:
            yield from waits_of(inner, task, in_group or kind == "group")


def reaches(waits: dict[int, set[int]], at: int, goal: int, seen: set[int]) -> bool:
    for other in waits.get(at, ()):
        if other == goal:
            return True
        if other not in seen:
            seen.add(other)
            if reaches(waits, other, goal, seen):
                return True
    return False


def idle_uncancel(body: Body) -> bool:
    """Is there an uncancel where nothing cancels a task?"""
    kinds = {place.op[0] for place in flat(body)}
    return "uncancel" in kinds and "cancel" not in kinds and "group" not in kinds


def is_wanted(body: Body) -> bool:
    """All rules but the one on dead code and the numbering, which the enumeration keeps by itself."""
    return not (idle_futures(body) or too_early(body) or waits_in_a_circle(body) or idle_uncancel(body))
