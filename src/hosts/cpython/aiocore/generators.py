"""What asyncio has as generators, and so have to be generators of Python: nothing else has their type."""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Iterable
from typing import Any

from . import _core


def as_completed(fs: Iterable[Any], *, timeout: float | None = None) -> Generator[Coroutine[Any, Any, Any]]:
    """asyncio.as_completed before 3.13: nothing happens before the first step."""
    for step in _core.as_completed(fs, timeout=timeout):
        yield step
