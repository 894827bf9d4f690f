"""The text of a program while it is written: lines with indentation, and numbered marks that tell later what has run.

A mark is a number that the program prints.  Where one is printed, every feature written before it in the same block or in
a block around it has begun: so the printed marks tell which features ran, without a line of its own for each.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Writer:
    """Lines, and which mark proves which uses of features."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0
        self.uses: list[str] = []  # the feature of each use
        self.open: list[list[int]] = [[]]  # the uses in each open block so far
        self.proof: list[tuple[int, ...]] = [()]  # what each mark proves; mark 0 proves nothing

    def put(self, *lines: str) -> None:
        self.lines.extend("    " * self.depth + line if line else "" for line in lines)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """A compound statement: its head, then whatever is put inside."""
        self.put(head)
        self.depth += 1
        self.open.append([])
        yield
        self.open.pop()
        self.depth -= 1

    @contextmanager
    def function(self, head: str) -> Iterator[None]:
        """A function: what runs in it proves nothing about the text around it."""
        around, self.open = self.open, [[]]
        with self.block(head):
            yield
        self.open = around

    def use(self, feature: str) -> None:
        self.open[-1].append(len(self.uses))
        self.uses.append(feature)

    def mark(self) -> int:
        self.proof.append(tuple(use for block in self.open for use in block))
        return len(self.proof) - 1

    @property
    def features(self) -> Counter[str]:
        return Counter(self.uses)


def executed(stdout: str, uses: list[str], proof: list[tuple[int, ...]]) -> Counter[str]:
    """How many uses of each feature the marks at the beginnings of the lines prove."""
    proven: set[int] = set()
    for mark in printed(stdout):
        if mark < len(proof):
            proven.update(proof[mark])
    return Counter(uses[use] for use in sorted(proven))


def printed(stdout: str) -> set[int]:
    """The marks that a program has printed."""
    words = (line.split(" ", 1)[0] for line in stdout.splitlines())
    return {int(word) for word in words if word.isdecimal()}
