"""The runtime of asyncio in C, exact to CPython's own, release by release.

    import aiocore; aiocore.replace()    before asyncio is imported: its futures and tasks are aiocore's
    python -m aiocore.replace PROGRAM    runs a program so, unchanged
    import aiocore; aiocore.install()    the same, and its event loop, task groups and so on
"""

from __future__ import annotations

import importlib
import operator
import sys
import sysconfig
from typing import Any


def _unfit() -> str | None:
    """Why this Python cannot have aiocore; None if it can."""
    version = sys.version.split()[0]
    if sys.implementation.name != "cpython":
        return f"aiocore is for CPython, and this is {sys.implementation.name} {version}"
    if not (3, 12) <= sys.version_info[:2] <= (3, 15):
        return f"aiocore is for CPython 3.12 to 3.15, and this is {version}"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "aiocore is for CPython with its GIL, and this is a free-threaded build"
    return None


if _reason := _unfit():
    raise ImportError(_reason)

from . import _core  # noqa: E402

semantics: str = _core.semantics
"""The release of CPython whose asyncio is followed: that of the interpreter that runs."""


ARENAS = 64 << 20
"""How many bytes of empty arenas replace() and install() keep, unless the program has said another number."""

_said: list[int] = []


def keep_arenas(size: int) -> None:
    """How many bytes at most of memory that CPython's allocator of small objects would give back to the system are kept for later; 0: none.

    Many tasks at a time take tens of megabytes.  A program that makes them again and again does not pay again and again for
    pages that the system has to clear.  Concerns the whole process.  What is kept already, beyond size, is given back at once.
    """
    if operator.index(size) < 0:
        raise ValueError(f"size is a number of bytes, 0 or more, not {size}")
    _core.keep_arenas(size)
    _said[:] = [size]


def replace() -> None:
    """Puts aiocore in the place of the module _asyncio.  RuntimeError if asyncio has been imported: it has taken its types."""
    stand_in = _core._asyncio()
    if sys.modules.get("_asyncio") is stand_in:
        return
    if "asyncio" in sys.modules:
        raise RuntimeError("aiocore.replace() comes too late: asyncio has been imported already, with CPython's futures and tasks")
    sys.modules["_asyncio"] = stand_in
    if not _said:
        keep_arenas(ARENAS)


def install(*, semantics: str | None = None) -> None:
    """Puts all of aiocore in place: replace(), its functions and classes for asyncio's (sleep, TaskGroup and so on), its event loop as
    the one that asyncio.run() and new_event_loop() make.  To be called before asyncio is imported; a second call changes nothing.

    semantics="fast": a TaskGroup is done at once with a child that ended well while it was started eagerly (CPython before
    gh-128550), so that nested groups need not wait for the loop.  Otherwise everything is as in the CPython that runs.
    """
    if semantics not in (None, "fast"):
        raise ValueError(f"semantics is None or 'fast', not {semantics!r}")
    replace()
    importlib.import_module(".drop_in", __name__).put_in_place(semantics)


def is_in_place() -> bool:
    """Whether asyncio's futures and tasks are aiocore's, or will be once it is imported."""
    return sys.modules.get("_asyncio") is _core._asyncio()


_IN_LOOP = ("EventLoop", "new_event_loop", "run")


def __getattr__(name: str) -> Any:
    """What needs asyncio is imported when somebody asks for it: replace() has to come first."""
    if name not in _IN_LOOP:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(".loop", __name__), name)


__all__ = ["EventLoop", "install", "is_in_place", "keep_arenas", "new_event_loop", "replace", "run", "semantics"]
