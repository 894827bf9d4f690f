"""Ears for asyncio: subclasses of the loop, its handles, Future and Task that tell a Recorder what happens.

install() puts them in place of asyncio's own.  Each method calls the one that it stands before, once, with the same arguments, so
that asyncio does the same in the same order; their names are asyncio's, so that reprs are the same.  What is heard: the ready
list (scheduled, run), timers, the methods of futures and tasks (done, cancel, uncancel, add_done_callback), the constructor of
tasks, and the exception handler.

An exception may keep the frames here alive: they forget their objects at the end, as asyncio's own do.
"""
from __future__ import annotations

import asyncio
import collections
import sys
from typing import Any

import virtual_loop
from recorder import Recorder, requests_of, short_message

recorder = Recorder()
default_names = 0


def begin() -> Recorder:
    """A clean slate: a new record, and default names from Task-1 on."""
    global recorder, default_names
    recorder = Recorder()
    default_names = 0
    return recorder


# ---- Handles ----


def run_heard(self: Any) -> None:
    run = super(type(self), self)._run
    task = recorder.run_begin(self)
    try:
        if task is not None:
            recorder.begin_step(task)
            recorder.waking = (self._args or (None,))[0]
        run()
    finally:
        recorder.waking = None
        if task is not None:
            recorder.end_step(task)
        self = run = task = None


def cancel_heard(self: Any) -> None:
    recorder.cancelled(self)
    super(type(self), self).cancel()


def heard_handle(plain: type) -> type:
    body = {"__slots__": (), "_run": run_heard, "cancel": cancel_heard, "__module__": plain.__module__}
    return type(plain.__name__, (plain,), body)


HANDLES = {
    plain: heard_handle(plain)
    for name in ("Handle", "TimerHandle", "_ThreadSafeHandle")
    if (plain := getattr(asyncio.events, name, None)) is not None
}


def hear(handle: Any) -> Any:
    handle.__class__ = HANDLES.get(type(handle), type(handle))
    return handle


class Ready(collections.deque):  # type: ignore[type-arg]
    """The ready list: hears what is put on it, and knows how long it was when a turn began to take from it."""

    turn: tuple[int, str] | None = None  # where the line of the turn is, and how it begins
    hidden = 0  # how many of the selector's own are on it

    def append(self, handle: Any) -> None:
        if getattr(handle._callback, "__name__", "") == "_read_from_self":
            self.hidden += 1
            super().append(handle)
            return
        super().append(hear(handle))
        recorder.scheduled(handle)

    def popleft(self) -> Any:
        self.count()
        return super().popleft()

    def count(self) -> None:
        if self.turn is not None:
            at, text = self.turn
            recorder.lines[at] = f"{text}: {len(self) - self.hidden} ready"
            self.turn, self.hidden = None, 0


def is_of_finalizer(message: str) -> bool:
    """When an object is freed is no matter of asyncio: another memory management has other moments."""
    return "never retrieved" in message or "was destroyed but" in message


class Ears(virtual_loop.OrderlyLoop):
    """What a loop is heard by.  Comes before its class in the order of resolution."""

    def __init__(self) -> None:
        super().__init__()
        self._ready: Any = Ready()

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> Any:
        handle = hear(super().call_at(when, callback, *args, context=context))
        recorder.add(f"sets {recorder.words(handle)} for {float(handle.when())!r}s")
        return handle

    def call_exception_handler(self, context: Any) -> None:
        message = context.get("message") or ""
        if not is_of_finalizer(message):
            recorder.add("exception handler: " + short_message(message))
        super().call_exception_handler(context)

    def default_exception_handler(self, context: Any) -> None:
        """Is called directly when the handler has failed."""
        if context.get("message") == "Unhandled error in exception handler":
            recorder.add("exception handler: Unhandled error in exception handler")
        super().default_exception_handler(context)

    def _process_events(self, event_list: list[Any]) -> None:
        """_run_once calls this after it has polled, and before it takes the timers that are due."""
        recorder.turn += 1
        recorder.depth = 0
        self._ready.turn = len(recorder.lines), f"turn {recorder.turn} at {float(self.time())!r}s"
        recorder.add("turn")
        recorder.depth = 2
        super()._process_events(event_list)  # type: ignore[misc]

    def _run_once(self) -> None:
        try:
            super()._run_once()
        finally:
            self._ready.count()
            recorder.depth = 0


class HeardLoop(Ears, virtual_loop.VirtualLoop):
    """The virtual loop, with ears."""


class HeardRealLoop(Ears, asyncio.SelectorEventLoop):
    """asyncio's own loop with its selector and its clock, with ears."""


# ---- Futures and tasks ----


ACCELERATED = asyncio.tasks.Task is not asyncio.tasks._PyTask  # type: ignore[attr-defined]


def without_context(result: Any, error: BaseException | None) -> Any:
    """Calls what may raise the error, whose context stays as it is."""
    context = error.__context__ if error is not None else None
    try:
        return result()
    finally:
        if error is not None:
            error.__context__ = context
        error = context = result = None


class HeardFuture:
    """What futures and tasks have in common.  Comes before asyncio's class in the order of resolution."""

    __slots__ = ()

    def set_result(self: Any, result: Any) -> None:
        self._heard_end(super().set_result, result)  # type: ignore[misc]

    def set_exception(self: Any, exception: Any) -> None:
        self._heard_end(super().set_exception, exception)  # type: ignore[misc]

    def _heard_end(self: Any, act: Any, *args: Any, **keywords: Any) -> Any:
        """Does what may complete the future."""
        was, at = self._state, len(recorder.lines)
        recorder.completing.append(self)
        try:
            return act(*args, **keywords)
        finally:
            recorder.completing.pop()
            if was == "PENDING" and self._state != "PENDING":
                recorder.done(self, at)
            self = act = args = keywords = None  # type: ignore[assignment]

    def result(self: Any) -> Any:
        """The accelerator looks into a future of its own class without raising; of others it calls this when a task wakes up."""
        result = super().result  # type: ignore[misc]
        if recorder.waking is not self or not ACCELERATED or type(self) not in (asyncio.Future, asyncio.Task):
            return result()
        recorder.waking = None
        return without_context(result, self._exception)

    def cancel(self: Any, msg: Any = None) -> Any:
        return self._heard_end(super().cancel, msg=msg)  # type: ignore[misc]

    def add_done_callback(self: Any, fn: Any, /, **keywords: Any) -> None:
        recorder.awaited(self, fn)
        recorder.completing.append(self)
        try:
            super().add_done_callback(fn, **keywords)  # type: ignore[misc]
        finally:
            recorder.completing.pop()
            self = fn = keywords = None  # type: ignore[assignment]


class HeardTask(HeardFuture):
    """What is a task's own."""

    __slots__ = ()

    def __init__(self: Any, coro: Any, **keywords: Any) -> None:
        """An eager task runs in here; its name is given here in any case, from the record's own counter."""
        global default_names
        if not asyncio.iscoroutine(coro):
            super().__init__(coro, **keywords)  # which refuses it
            return
        is_default = keywords.get("name") is None
        default_names += is_default
        name = keywords["name"] = f"Task-{default_names}" if is_default else str(keywords["name"])
        loop = keywords.get("loop") or asyncio._get_running_loop()
        eager = bool(keywords.get("eager_start")) and is_running(loop)
        at = len(recorder.lines)
        recorder.created(self, coro, name, is_default, eager)
        if isinstance(loop, virtual_loop.OrderlyLoop):
            loop.note_task(self)
        try:
            super().__init__(coro, **keywords)
        except BaseException:
            begun = self._state != "PENDING" or len(recorder.lines) > at + 1
            if eager and begun:  # it was made: SystemExit leaves its first step through here
                recorder.end_step(self)
            else:
                recorder.drop(at)
            raise
        else:
            recorder.end_step(self)
        finally:
            self = coro = keywords = loop = None  # type: ignore[assignment]

    def cancel(self: Any, msg: Any = None) -> Any:
        recorder.cancel_asked(self)
        answer = super(HeardFuture, self).cancel(msg=msg)  # type: ignore[misc]
        if self._must_cancel and self._state == "PENDING":
            recorder.add(f"the next step of {recorder.name(self)} is to be cancelled")
        return answer

    def uncancel(self: Any) -> int:
        were = requests_of(self)
        left = super().uncancel()  # type: ignore[misc]
        if were > 0:
            recorder.add(f"uncancels {recorder.name(self)}, requests left: {left}")
        return int(left)


def is_running(loop: Any) -> bool:
    return loop is not None and bool(loop.is_running())


class Disguise(type):
    """A class with ears passes for the one that it stands before: a task is still a Future."""

    stands_before: Any = None

    def __instancecheck__(cls, thing: Any) -> bool:
        return isinstance(thing, cls.__dict__.get("stands_before") or ()) or type.__instancecheck__(cls, thing)

    def __subclasscheck__(cls, other: Any) -> bool:
        return issubclass(other, cls.__dict__.get("stands_before") or ()) or type.__subclasscheck__(cls, other)


def heard(ears: type, plain: type) -> Any:
    """asyncio's class with ears."""
    names = {"__slots__": (), "__module__": plain.__module__, "__qualname__": plain.__qualname__, "stands_before": plain}
    return Disguise(plain.__name__, (ears, plain), names)


# ---- For call graphs ----


class UnheardFrame:
    """A frame as it would be without ears: below what an eager task starts with is the constructor's caller."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame

    def __getattr__(self, name: str) -> Any:
        return getattr(self.frame, name)

    @property
    def f_back(self) -> Any:
        below = self.frame.f_back
        while below is not None and below.f_code.co_filename == begin.__code__.co_filename:
            below = below.f_back
        return UnheardFrame(below) if below is not None else None


class UnheardFrames:
    """What asyncio.graph needs of sys."""

    @staticmethod
    def _getframe(depth: int) -> Any:
        return UnheardFrame(sys._getframe(max(depth, 0) + 1))


# ---- In place of asyncio's ----


def install() -> None:
    """After virtual_loop.install()."""
    modules: Any = asyncio
    modules.Future = modules.futures.Future = heard(HeardFuture, modules.futures.Future)
    modules.Task = modules.tasks.Task = heard(HeardTask, modules.tasks.Task)
    modules.tasks._GatheringFuture = heard(HeardFuture, modules.tasks._GatheringFuture)
    factory = modules.create_eager_task_factory(modules.Task)
    factory.__name__ = factory.__qualname__ = "eager_task_factory"
    modules.eager_task_factory = modules.tasks.eager_task_factory = factory
    if hasattr(modules, "graph"):
        modules.graph.sys = UnheardFrames
    use_clock(real=False)


def use_clock(real: bool) -> None:
    """Which loops are made from now on."""
    modules: Any = asyncio
    modules.events.new_event_loop = modules.new_event_loop = HeardRealLoop if real else HeardLoop
