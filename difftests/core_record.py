"""aiocore.install() in a CPython, recorded: what listeners.py is to asyncio.

The loop is aiocore.EventLoop on the virtual clock of the core, and the record is written by the core's own recorder
(src/hosts/cpython/record.c).  What CPython leaves to accident is put in order as virtual_loop.py does it.
"""
from __future__ import annotations

import asyncio
from typing import Any

import aiocore
import virtual_loop
from aiocore import _core
from recorder import short_message


class Recorder:
    """What a worker needs to know of a record: over ends it."""

    file = ""  # events come without the lines of the program

    def __init__(self) -> None:
        self.lines: str | None = None

    @property
    def over(self) -> bool:
        return self.lines is not None

    @over.setter
    def over(self, value: bool) -> None:
        self.lines = _core._end_record()

    def text(self) -> str:
        return self.lines or ""


class CoreLoop(aiocore.EventLoop):
    """It tells what its exception handler is told, and closes its asynchronous generators in their order."""

    def __init__(self) -> None:
        super().__init__()
        self._asyncgens = virtual_loop.OrderedWeakSet()

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        _core._record_report(self, short_message(context.get("message") or ""))
        super().call_exception_handler(context)

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Is called directly when the handler has failed."""
        if context.get("message") == "Unhandled error in exception handler":
            _core._record_report(self, "Unhandled error in exception handler")
        super().default_exception_handler(context)


def begin() -> Recorder:
    """A clean slate: a new record, default names from Task-1 on, and a clock at 0.0."""
    _core._begin_record(virtual_loop.Deadlock)
    return Recorder()


def ordered_all_tasks(original: Any) -> Any:
    """Wraps asyncio.all_tasks: the same tasks, in the order of their creation."""

    def all_tasks(loop: Any = None) -> Any:
        found = original(loop)
        return virtual_loop.OrderedSet(task for task in _core._tasks() if task in found)

    return all_tasks


def install() -> None:
    """Order for what is asyncio's own, then aiocore in its place."""
    modules: Any = asyncio
    original = asyncio.all_tasks
    virtual_loop.install()
    aiocore.install()
    _core._use_set(virtual_loop.OrderedSet)
    modules.tasks.all_tasks = modules.all_tasks = ordered_all_tasks(original)
    use_clock(real=False)


def use_clock(real: bool) -> None:
    """Which loops are made from now on."""
    if real:
        raise NotImplementedError("aiocore.install() is recorded on virtual time alone")
    modules: Any = asyncio
    modules.events.new_event_loop = modules.new_event_loop = CoreLoop
