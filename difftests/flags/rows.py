"""Differences between releases of CPython that the interpreter models by itself: the core has no flag for them.

They follow the version that a machine was made for and cannot be put on or off alone.  A row has the name that scenarios
use in "# flag: NAME", the issue, what is so when it is on, and the releases that have it, written as in the core's table.
"""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    name: str
    issue: str
    summary: str
    on_in: str


SINCE_13 = "3.13.0+, 3.14, 3.15"
SINCE_14 = "3.14.0+, 3.15"

ROWS: tuple[Row, ...] = ()
