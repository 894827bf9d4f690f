"""All programs of a size over a set of operations, each once: directly in the canonical numbering, nothing is sorted out
afterwards but what the rules of programs.py forbid."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exhaustive import programs
from exhaustive.programs import CATCH, CATCHABLE, NONE, ON_FUTURES, ON_TASKS, PLAIN, SPAWNS, Body, Op


@dataclass(frozen=True)
class Family:
    """A set of operations, and how many tasks (the main task among them) and futures there may be."""

    name: str
    kinds: tuple[str, ...]
    caught: tuple[str, ...]  # which of them also come with a catch around them
    tasks: int
    futures: int


@dataclass(frozen=True)
class Names:
    """How many tasks and futures the reading order has met so far."""

    tasks: int = 1
    futures: int = 0


def bodies(family: Family, budget: int, names: Names) -> Iterator[tuple[Body, int, Names]]:
    """All bodies of at most so many operations that may come after those names: what is left, and the names after it."""
    yield (), budget, names
    if budget == 0:
        return
    for first, left, after in operations(family, budget, names):
        if programs.ends((first,)):
            yield (first,), left, after
            continue
        for rest, still_left, at_end in bodies(family, left, after):
            yield (first, *rest), still_left, at_end


def operations(family: Family, budget: int, names: Names) -> Iterator[tuple[Op, int, Names]]:
    for kind in family.kinds:
        for op, left, after in of_kind(family, kind, budget - 1, names):
            yield op, left, after
            if kind in family.caught:
                yield (CATCH, NONE, (op,)), left, after


def of_kind(family: Family, kind: str, budget: int, names: Names) -> Iterator[tuple[Op, int, Names]]:
    if kind in PLAIN:
        yield (kind, NONE, ()), budget, names
    elif kind in ON_FUTURES:
        for target in range(min(names.futures + 1, family.futures)):
            yield (kind, target, ()), budget, Names(names.tasks, max(names.futures, target + 1))
    elif kind in ON_TASKS:  # also one that the reading order meets later
        for target in range(family.tasks):
            yield (kind, target, ()), budget, names
    elif kind in SPAWNS and names.tasks < family.tasks:
        for inner, left, after in bodies(family, budget, Names(names.tasks + 1, names.futures)):
            yield (kind, names.tasks, inner), left, after
    elif kind == "group":
        for inner, left, after in bodies(family, budget, names):
            yield (kind, NONE, inner), left, after


def enumerate_programs(family: Family, size: int) -> Iterator[Body]:
    """All programs of exactly this size."""
    for body, left, names in bodies(family, size, Names()):
        if left == 0 and mentions_below(body, names.tasks) and programs.is_wanted(body):
            yield body


def mentions_below(body: Body, tasks: int) -> bool:
    """Is every task that is mentioned spawned?"""
    ops = (place.op for place in programs.flat(body))
    return all(kind not in ON_TASKS or target < tasks for kind, target, _ in ops)


GROUPS = ("sleep", "raise", "exit", "wait", "cancel", "uncancel", "lazy", "eager", "group")
ALL = Family("all", tuple(programs.LETTERS), CATCHABLE, 3, 2)
FAMILIES = {
    family.name: family
    for family in (
        ALL,
        Family("cancel", ("sleep", "wait", "join", "cancel", "lazy", "eager"), ("sleep", "wait"), 3, 1),
        Family("groups", GROUPS, ("wait", "group"), 3, 1),
        Family("futures", ("sleep", "wait", "result", "error", "drop", "hear", "lazy", "eager"), ("wait",), 3, 1),
    )
}
