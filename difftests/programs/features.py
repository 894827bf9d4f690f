"""The table of what a random program may have in it, and the question which of it a Python or an aiocore can run.

A feature is a statement of its own (SIMPLE), a statement with a body (NESTED), or an option of other statements or of the
whole program (OPTION), which is asked for with its weight as its chance.  The vocabulary modules enter theirs here.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers import Outcome, Program

if TYPE_CHECKING:
    from programs.maker import Maker

SIMPLE, NESTED, OPTION = "simple", "nested", "option"
OLDEST = (3, 12)
Write = Callable[["Maker"], object]  # gives False, having written nothing, where it does not fit


@dataclass(frozen=True)
class Feature:
    """One thing that a program may have in it."""

    name: str
    kind: str
    weight: float
    needs: tuple[str, ...]  # what asyncio must have: attributes, or keys of CALLS
    since: tuple[int, int]  # the first CPython that has it
    write: Write | None


FEATURES: dict[str, Feature] = {}

# What no attribute tells: keyword arguments and protocols, each with an expression that raises where they are missing.
CALLS = {
    "create_task(eager_start=)": "asyncio.create_task(asyncio.sleep(0), eager_start=False)",
    "TaskGroup.create_task(eager_start=)": "group.create_task(asyncio.sleep(0), eager_start=False)",
    "Task(eager_start=)": "asyncio.Task(asyncio.sleep(0), loop=asyncio.get_running_loop(), eager_start=True)",
    "async for as_completed": "asyncio.as_completed([]).__aiter__()",
}


def enter(name: str, kind: str, weight: float, needs: str, since: tuple[int, int], write: Write | None) -> None:
    if name in FEATURES:
        raise ValueError(f"{name} is in the table already")
    FEATURES[name] = Feature(name, kind, weight, tuple(needs.split(", ")) if needs else (), since, write)


def simple(name: str, weight: float, needs: str = "", since: tuple[int, int] = OLDEST) -> Callable[[Write], Write]:
    """Enters a statement without a body."""
    return lambda write: enter(name, SIMPLE, weight, needs, since, write) or write


def nested(name: str, weight: float, needs: str = "", since: tuple[int, int] = OLDEST) -> Callable[[Write], Write]:
    """Enters a statement that holds others."""
    return lambda write: enter(name, NESTED, weight, needs, since, write) or write


def option(name: str, chance: float, needs: str = "", since: tuple[int, int] = OLDEST) -> None:
    """Enters what other statements ask for."""
    enter(name, OPTION, chance, needs, since, None)


def usable(feature: Feature, available: Collection[str] | None) -> bool:
    """May a program have it?  Without a word about what is available: what every CPython since the oldest has."""
    return feature.since == OLDEST if available is None else all(need in available for need in feature.needs)


def needs_of(names: Iterable[str]) -> set[str]:
    return {need for name in names for need in FEATURES[name].needs}


PROBE = '''"""Which names of asyncio are there?  Prints one a line."""
import asyncio


def has(path):
    thing = asyncio
    for name in path:
        thing = getattr(thing, name, None)
    return thing is not None


async def main():
    async with asyncio.TaskGroup() as group:
{calls}

for name in {names}:
    if has(name.split(".")):
        print(name)
asyncio.run(main())
'''


def probe() -> Program:
    """A program that prints all needs of the table that it finds met."""
    needs = sorted(needs_of(FEATURES))
    calls = []
    for name in (need for need in needs if need in CALLS):
        calls += ["        try:", f"            {CALLS[name]}", f"            print({name!r})"]
        calls += ["        except (AttributeError, TypeError):", "            pass"]
    names = [need for need in needs if need not in CALLS]
    return Program("probe.py", PROBE.format(calls="\n".join(calls or ["        pass"]), names=names))


def available_in(run: Callable[[Program], Outcome]) -> set[str]:
    """What one side has of all that features need."""
    outcome = run(probe())
    if outcome.status != 0:
        raise RuntimeError(f"the question what is available failed with status {outcome.status}: {outcome.stderr[-500:]}")
    return set(outcome.stdout.split("\n")) - {""}
