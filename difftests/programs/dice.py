"""Random choices that are the same on every Python: only random.random() is used, whose sequence is promised not to change."""
from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice:
    """A stream of choices from one seed."""

    def __init__(self, seed: int) -> None:
        self.roll = random.Random(seed).random

    def chance(self, likely: float) -> bool:
        return self.roll() < likely

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.roll() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.roll() * len(choices))]


class Urn(Generic[T]):
    """Things to draw from, each as likely as its weight says; what weighs nothing is never drawn."""

    def __init__(self, things: Sequence[tuple[T, float]]) -> None:
        heavy = [(thing, weight) for thing, weight in things if weight > 0]
        self.things = [thing for thing, _ in heavy]
        self.sums = list(accumulate(weight for _, weight in heavy))

    def draw(self, dice: Dice) -> T:
        return self.things[min(bisect(self.sums, dice.roll() * self.sums[-1]), len(self.things) - 1)]

    def __bool__(self) -> bool:
        return bool(self.things)
