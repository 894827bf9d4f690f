"""aiocore.EventLoop: asyncio's selector loop, with aiocore's ready list, timers and turns."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from . import _core


class EventLoop(_core.LoopCore, asyncio.SelectorEventLoop):
    """An event loop whose call_soon, call_later, call_at and turns are in C.

    Servers, transports, TLS, signals, executors and subprocesses are asyncio's own.
    """

    def close(self) -> None:
        """Closes the loop; what is scheduled is dropped."""
        super().close()
        self._close_core()


def new_event_loop() -> EventLoop:
    """A new event loop; for asyncio.Runner(loop_factory=aiocore.new_event_loop)."""
    return EventLoop()


def run[T](main: Coroutine[Any, Any, T], *, debug: bool | None = None) -> T:
    """asyncio.run() on an aiocore.EventLoop."""
    with asyncio.Runner(debug=debug, loop_factory=new_event_loop) as runner:
        return runner.run(main)
