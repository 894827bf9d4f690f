"""The weights of a round of programs, from what the rounds before it reached.

Three things make a feature more likely than its place in the table (1.0):

- it has run in few programs so far;
- edges of the core that few programs took were taken by programs with this feature in them more often than by others;
- chance: each round plays some features up and some down, so that no mixture is for ever.

Only counts that are the same for the same seed go in, so a run can be repeated whatever the number of jobs.
"""
from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

RARE = 40  # programs that took an edge: above that it teaches nothing any more
LEAST, MOST = 0.2, 8.0  # the lowest and the highest weight; above 1 a feature is never left out of a program by chance
PULL = 3.0  # how much a rare edge pulls at the features that come with it
MOODS = (0.3, 1.0, 1.0, 1.0, 2.5)  # what a round makes of a feature


class Steering:
    """What was reached so far, and the weights that follow from it."""

    def __init__(self, seed: int, features: Sequence[str]) -> None:
        self.seed = seed
        self.features = list(features)
        self.programs = 0
        self.with_feature: Counter[str] = Counter()  # programs that ran it
        self.takers: Counter[int] = Counter()  # programs that took an edge
        self.company: dict[int, Counter[str]] = {}  # of an edge that is still rare: the features that ran beside it

    def note(self, features: Iterable[str], edges: Iterable[int]) -> None:
        """A program ran these features and took these edges."""
        ran = set(features)
        self.programs += 1
        self.with_feature.update(ran)
        for edge in edges:
            self.takers[edge] += 1
            if self.takers[edge] <= RARE:
                self.company.setdefault(edge, Counter()).update(ran)
            else:
                self.company.pop(edge, None)

    def weights(self, number: int) -> dict[str, float]:
        """The weights of a round: as in the table for the first, when nothing is known."""
        if self.programs == 0:
            return {}
        pull = self.pulls()
        typical = statistics.median(self.with_feature[name] for name in self.features) or 1.0
        found = {}
        for name in self.features:
            rarity = (typical / (1 + self.with_feature[name])) ** 0.5
            mood = MOODS[int(random.Random(f"{self.seed}/{number}/{name}").random() * len(MOODS))]
            weight = rarity * (1 + PULL * pull.get(name, 0.0)) * mood
            found[name] = round(min(MOST, max(LEAST, weight)), 3)
        return found

    def pulls(self) -> dict[str, float]:
        """For each feature by how much its share among the takers of rare edges is above its share at large, 0 to 1."""
        if not self.company:
            return {}
        total: Counter[str] = Counter()
        for edge, company in self.company.items():
            for name, times in company.items():
                excess = times / self.takers[edge] - self.with_feature[name] / self.programs
                if excess > 0:
                    total[name] += excess  # type: ignore[assignment]
        most = max(total.values(), default=0.0)
        return {name: value / most for name, value in sorted(total.items())} if most else {}
