"""Whether the corpus notices a mistake: a build of the aiocore command against what was recorded of CPython."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import corpus
from corpus import Scenario
from workers import Outcome, Worker, first_difference

HANGS = 124
ENDS = {HANGS: "does not end", 132: "stops at an assertion", 133: "stops at an assertion", 134: "aborts", 139: "crashes"}
KILOBYTES = 2_000_000  # that a build may ask for


@dataclass(frozen=True)
class Catch:
    """How one scenario notices a mutation."""

    scenario: str
    version: str
    how: str


class Corpus:
    """The scenarios, and what was recorded of each on the versions that are compared with."""

    def __init__(self, versions: list[str]) -> None:
        self.scenarios, _ = corpus.select([])
        self.versions = versions
        self.recorded = {
            (version, scenario.name): outcome
            for version in versions
            for scenario in self.scenarios
            if (outcome := corpus.outcome_of(version, scenario)) is not None
        }

    def cases(self, areas: tuple[str, ...]) -> Iterator[tuple[Scenario, str, Outcome]]:
        """Scenario, version, expectation: first those of the areas; a scenario on all versions, then the next."""
        rank = {area: number for number, area in enumerate(areas)}
        for scenario in sorted(self.scenarios, key=lambda each: rank.get(each.area, len(rank))):
            for version in self.versions:
                if (version, scenario.name) in self.recorded:
                    yield scenario, version, self.recorded[version, scenario.name]

    def run(self, program: str, areas: tuple[str, ...], everything: bool, events: bool = False) -> list[Catch]:
        """Runs the corpus on a build; stops at the first difference unless everything is wanted."""
        found: list[Catch] = []
        with ExitStack() as stack:
            sides = {version: stack.enter_context(worker(program, version)) for version in self.versions}
            for scenario, version, expected in self.cases(areas):
                if events and not expected.record:
                    continue
                outcome = sides[version].run(scenario.program, "r" if events else "-")
                how = manner(expected, outcome, events)
                if how:
                    found.append(Catch(scenario.name, version, how))
                if found and (not everything or outcome.status == HANGS):
                    break
        return found

    def notice(self, program: str, areas: tuple[str, ...], everything: bool) -> list[Catch]:
        """By the output; what no output shows, by the events.  Without a tracer the core takes its quick ways."""
        return self.run(program, areas, everything) or self.run(program, areas, everything, events=True)


def worker(program: str, version: str) -> Worker:
    """A build of ours; a mistake may make it ask for memory for ever, or talk on standard error."""
    command = ["sh", "-c", f'ulimit -v {KILOBYTES}; exec "$0" batch 2>/dev/null', program]
    return Worker(f"aiocore {version}", command, version)


def manner(expected: Outcome, outcome: Outcome, events: bool) -> str:
    """How the first difference shows; "" if there is none."""
    if outcome.status in ENDS and outcome.status != expected.status and not outcome.stdout:
        return ENDS[outcome.status]
    for what, left, right in (("line", expected.text(), outcome.text()), ("event", expected.record, outcome.record)):
        if (at := first_difference(left, right)) is not None and (events or what == "line"):
            return f"{what} {at + 1}"
    return ""
