"""aiocore.EventLoop: asyncio's selector loop, with aiocore's ready list, timers and turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from . import _core

type Handles = list[asyncio.Handle]


class View(Sequence[asyncio.Handle]):
    """What is ready, or scheduled, for who looks at it, as asyncio's deque and list."""

    __slots__ = ("_add", "_drop", "_look")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, look: Callable[[], Handles], add: Callable[[Any], None], drop: Callable[[], None]) -> None:
        self._look, self._add, self._drop = look, add, drop

    def __len__(self) -> int:
        return len(self._look())

    def __getitem__(self, place: Any) -> Any:
        return self._look()[place]

    def __eq__(self, other: object) -> bool:
        return self._look() == (list(other) if isinstance(other, Iterable) else other)

    def __repr__(self) -> str:
        return repr(self._look())

    def append(self, handle: asyncio.Handle) -> None:
        self._add(handle)

    def clear(self) -> None:
        self._drop()

    def replace(self, handles: Iterable[asyncio.Handle]) -> None:
        """Not of asyncio's: what setting the attribute does."""
        handles = list(handles)
        self.clear()
        for handle in handles:
            self.append(handle)


class Core(_core.LoopCore):
    """What comes before asyncio's classes of loops."""

    def close(self) -> None:
        """Closes the loop; what is scheduled is dropped."""
        super().close()  # type: ignore[misc]
        self._close_core()

    @property
    def _ready(self) -> View:
        return View(self._ready_handles, self._add_callback, self._drop_ready)

    @_ready.setter
    def _ready(self, handles: Iterable[asyncio.Handle]) -> None:
        self._ready.replace(handles)

    @property
    def _scheduled(self) -> View:
        return View(self._scheduled_handles, self._add_timer, self._drop_scheduled)

    @_scheduled.setter
    def _scheduled(self, handles: Iterable[asyncio.Handle]) -> None:
        self._scheduled.replace(handles)


class EventLoop(Core, asyncio.SelectorEventLoop):
    """An event loop whose call_soon, call_later, call_at and turns are in C.

    Servers, transports, TLS, signals, executors and subprocesses are asyncio's own.
    """


def new_event_loop() -> EventLoop:
    """A new event loop; for asyncio.Runner(loop_factory=aiocore.new_event_loop)."""
    return EventLoop()


def run[T](main: Coroutine[Any, Any, T], *, debug: bool | None = None) -> T:
    """asyncio.run() on an aiocore.EventLoop."""
    with asyncio.Runner(debug=debug, loop_factory=new_event_loop) as runner:
        return runner.run(main)
