"""Tells when shrinking has slipped: a program that fails still, but for a reason that means nothing.

Two implementations rightly print different addresses and different words for a wrong call; and what is said when a program's
last objects are freed is no part of it.  A random program does none of that, but a shorter one of it easily does.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field

LEAK = re.compile(r" at 0x|\bobject at |<[a-zA-Z_.]+ |<(?:class|function|module|bound|built-in|method)\b")
MISTAKES = (
    "argument", "can't be ", "expected", "has no attribute", "is not associated", "is not defined", "is not iterable",
    "must be", "not callable", "not subscriptable", "object is not", "positional", "scenario language", "unsupported operand",
)  # fmt: skip
END = "[the end]"
GUARD = ("if ended:\n", "ended = True\n")  # what keeps a program from printing while it is taken apart


def with_end(source: str) -> str:
    """The program with a last line that tells what is printed after it."""
    return f"{source}\nprint('{END}')\n"


def until_end(stdout: str) -> str:
    """What a program printed, without what came after its end."""
    return stdout.split(END)[0]


def unguarded(before: str, source: str) -> bool:
    """Has a program that still prints lost what keeps it silent when it is over?"""
    return "print(" in source and any(word in before and word not in source for word in GUARD)


@dataclass(frozen=True)
class Slips:
    """What counts as a slip, given what the program printed before it was shrunk."""

    before: str
    allowed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "allowed", frozenset(word for word in MISTAKES if word in self.before))

    def slipped(self, stdout: str, stderr: str) -> bool:
        """Is there an address, the repr of an object, or a mistake that the program did not have at first?"""
        said = until_end(stdout) + stderr
        mistaken = any(word in said and word not in self.allowed for word in MISTAKES)
        return mistaken or LEAK.search(until_end(stdout)) is not None
