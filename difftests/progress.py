"""One line on the terminal that says how far a run is; nothing where standard error is no terminal."""
from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable

PAUSE = 0.2  # seconds between two changes


class Progress:
    """The line; later texts take its place."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.last = 0.0

    def show(self, text: str, now: bool = False) -> None:
        if not self.live or (not now and time.monotonic() - self.last < PAUSE):
            return
        self.last = time.monotonic()
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\x1b[K{text[:width]}")
        sys.stderr.flush()

    def shrinking(self, name: str) -> Callable[[int, int], None]:
        """For shrink(): shows how far it is with a program."""
        return lambda tries, lines: self.show(f"shrinking {name}: {lines} lines after {tries} tries")

    def clear(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def say(self, text: str) -> None:
        """A line that stays."""
        self.clear()
        print(text, file=sys.stderr, flush=True)
