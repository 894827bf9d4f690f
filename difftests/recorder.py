"""The event record of a CPython process (docs/conformance.md): its lines, and what is known of the objects in them.

listeners.py tells it what it hears.  The recorder keeps nothing alive: what it remembers of an object goes with the object.
A line is put together with tokens in place of numbered names; names are numbered when all is over, in the order of their first
appearance, so that a line can be put where it belongs even if it is known late (how a step ended is).
"""
from __future__ import annotations

import asyncio
import functools
import re
import sys
import weakref
from typing import Any

TOKEN = re.compile("\x01([FC])(\\d+)\x02")
WORDS = {"F": "Future#", "C": "Context#"}
RUNS = {"step": "step of", "wakeup": "wakeup of", "callback": "callback", "done": "done callback", "timer": "timer"}
WAKEUPS = ("task_wakeup", "__wakeup", "_Task__wakeup")
STEPS = ("__step", "_Task__step")
TASKS: tuple[Any, ...] = (asyncio.tasks.Task, asyncio.tasks._PyTask)  # type: ignore[attr-defined]
SHORT = 60  # bytes of a string that are shown


class Notes:
    """Something to remember of objects, by their identity; keeps none of them alive."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Any, Any]] = {}

    def __setitem__(self, thing: object, note: Any) -> None:
        key = id(thing)
        self.known[key] = (weakref.ref(thing, lambda _: self.known.pop(key, None)), note)

    def get(self, thing: object) -> Any:
        found = self.known.get(id(thing))
        return found[1] if found is not None else None


def plain_class(task: Any) -> Any:
    """asyncio's own class of a task, whose methods no program has replaced."""
    return next(kind for kind in TASKS if isinstance(task, kind))


def name_of(task: Any) -> str:
    return str(plain_class(task).get_name(task))


def requests_of(task: Any) -> int:
    return int(plain_class(task).cancelling(task))


def simple_name(callback: Any) -> str:
    """The last part of a callback's name; of a partial call, its function's; of an object without one, its class."""
    while isinstance(callback, functools.partial):
        callback = callback.func
    name = getattr(callback, "__qualname__", None) or type(callback).__name__
    return str(name).rsplit(".", 1)[-1]


def short_value(value: Any) -> str:
    """A result or a message: plain values as they are, all others by their class."""
    if value is None or type(value) in (bool, int, float):
        return repr(value)
    if type(value) is str:
        text = value.encode("utf-8", "replace")[:SHORT].decode("utf-8", "replace")
        return "'" + "".join(map(escaped, text)) + "'"
    return f"<{type(value).__name__}>"


def escaped(character: str) -> str:
    """A record is one line."""
    if character == "\n":
        return "\\n"
    return f"\\u{ord(character):04x}" if ord(character) < 0x20 or ord(character) == 0x7F else character


def short_message(message: str) -> str:
    """The part of a report's message that names no object."""
    if message.startswith("Exception in callback"):
        return "Exception in callback"
    return re.split("[%<]", message, maxsplit=1)[0].rstrip(" ")


class Recorder:
    """The lines so far, and what is known of the objects in them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.sources: list[int] = []  # the scenario's line behind each line; only if its file is known
        self.causes: list[str] = []  # the token of the task whose end or wait a line follows from; "": of none
        self.file = ""
        self.over = False  # the program has ended: what goes with its names is no part of it
        self.depth = 0
        self.turn = 0
        self.last_token = 0
        self.tokens = Notes()  # of futures, tasks and contexts
        self.names = Notes()  # of tasks that began with a default name: that name
        self.bodies = Notes()  # of tasks: the names of their coroutines
        self.steps = Notes()  # of tasks: where the lines of the current step begin; None: its body has stopped
        self.ran = Notes()  # of handles: they are no longer waiting to run
        self.done_callbacks = Notes()  # of handles: they are callbacks of a future
        self.waking: Any = None  # the future that a task is about to get the result of
        self.completing: list[Any] = []  # the futures whose callbacks are being scheduled right now

    # -- lines --

    def add(self, text: str, at: int | None = None, cause: str = "") -> None:
        if self.over:
            return
        place = len(self.lines) if at is None else at
        self.lines.insert(place, "  " * self.depth + text)
        self.sources.insert(place, self.source() if self.file else 0)
        self.causes.insert(place, cause)

    def source(self) -> int:
        """The line of the scenario that is running."""
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.file:
                return frame.f_lineno or 0
            frame = frame.f_back  # type: ignore[assignment]
        return 0

    def text(self) -> str:
        """All lines, with the numbers in place."""
        numbers: dict[str, int] = {}
        last = dict.fromkeys(WORDS, 0)

        def number(match: re.Match[str]) -> str:
            token, kind = match.group(0), match.group(1)
            if token not in numbers:
                last[kind] += 1
                numbers[token] = last[kind]
            return f"{WORDS[kind]}{numbers[token]}"

        ends = [f"\t{source}\n" for source in self.sources] if self.file else ["\n"] * len(self.lines)
        return TOKEN.sub(number, "".join(line + end for line, end in zip(self.lines, ends)))

    def token(self, kind: str, thing: object) -> str:
        found = self.tokens.get(thing)
        if found is None:
            self.last_token += 1
            found = f"\x01{kind}{self.last_token}\x02"
            self.tokens[thing] = found
        return str(found)

    def name(self, future: Any) -> str:
        """A task that began with a default name goes by that for ever: releases differ in when others are set."""
        if isinstance(future, TASKS):
            return self.names.get(future) or name_of(future)
        return self.token("F", future)

    # -- handles --

    def about(self, handle: Any) -> tuple[str, Any]:
        """What a handle is: the kind of run, and the task or callback that it is about."""
        callback, args = handle._callback, handle._args or ()
        owner, name = getattr(callback, "__self__", None), getattr(callback, "__name__", "")
        if isinstance(handle, asyncio.TimerHandle):
            return "timer", callback
        if isinstance(owner, TASKS) and name in WAKEUPS:
            return "wakeup", owner
        if isinstance(owner, TASKS) and (name in STEPS or type(callback).__name__ == "TaskStepMethWrapper"):
            return "step", owner
        if isinstance(owner, asyncio.TaskGroup) and name == "_on_task_done":
            return "group", args[0]
        return ("done" if self.done_callbacks.get(handle) else "callback"), callback

    def is_of_future(self, handle: Any) -> bool:
        """Whether a handle that is being scheduled is the callback of a future, not one of call_soon that looks like it."""
        args = handle._args or ()
        if len(args) != 1 or not asyncio.isfuture(args[0]) or getattr(args[0], "_state", "PENDING") == "PENDING":
            return False
        future = args[0]
        return any(future is other for other in self.completing) or self.steps.get(future) is not None

    def words(self, handle: Any) -> str:
        kind, thing = self.about(handle)
        if kind == "group":
            return f"callback of a group for {self.name(thing)}"
        return f"{RUNS[kind]} {self.name(thing) if kind in ('step', 'wakeup') else simple_name(thing)}"

    def scheduled(self, handle: Any) -> None:
        """A handle was put on the ready list; timers that are due say nothing."""
        if self.is_of_future(handle):
            self.done_callbacks[handle] = True
        kind, thing = self.about(handle)
        if kind == "timer":
            return
        by = f" by {self.name(handle._args[0])}" if kind in ("wakeup", "done") else ""
        self.add(f"schedules {self.words(handle)}{by}", cause=self.cause(kind, thing, handle))

    def cause(self, kind: str, thing: Any, handle: Any) -> str:
        """Whose step it may be that has scheduled this by how it stopped: the task's own next step, or what waits for its end."""
        if kind == "step" or (kind == "wakeup" and self.steps.get(thing) is not None):
            return self.token("T", thing)
        of_future = kind in ("wakeup", "done", "group") and isinstance(handle._args[0], TASKS)
        return self.token("T", handle._args[0]) if of_future else ""

    def cancelled(self, handle: Any) -> None:
        if not handle._cancelled and not self.ran.get(handle) and not handle._loop.is_closed():
            self.add(f"cancels {self.words(handle)}")

    def run_begin(self, handle: Any) -> Any:
        """A handle begins to run; gives the task whose step it is, if it is one."""
        kind, thing = self.about(handle)
        self.ran[handle] = True
        is_step = kind in ("step", "wakeup")
        line = f"{kind} {self.name(thing)}{self.body(thing)}" if is_step else self.words(handle)
        if kind != "group" and (is_step or not simple_name(handle._callback).startswith("_")):
            line += f" in {self.token('C', handle._context)}"
        current = current_task()
        self.depth = 1
        self.add(line + (f", current {self.name(current)}" if current is not None else ""))
        self.depth = 2
        return thing if is_step else None

    # -- tasks --

    def body(self, task: Any) -> str:
        name = self.bodies.get(task)
        return f" '{name}'" if name else ""

    def created(self, task: Any, coro: Any, name: str, is_default: bool, eager: bool) -> None:
        """A task is about to be made; if it starts eagerly, its first step begins."""
        if is_default:
            self.names[task] = name
        self.bodies[task] = simple_name(coro)
        parent = current_task()
        by = f" by {self.name(parent)}" if parent is not None else ""
        self.add(f"creates {name}{self.body(task)}{by}{', eagerly' if eager else ''}")
        if eager:
            self.begin_step(task)

    def drop(self, at: int) -> None:
        """What was expected did not happen."""
        del self.lines[at:], self.sources[at:], self.causes[at:]

    def begin_step(self, task: Any) -> None:
        self.steps[task] = len(self.lines)

    def stopped(self, task: Any, how: str, at: int | None = None) -> None:
        self.add(f"-> {self.name(task)} {how}", at)
        self.steps[task] = None

    def end_step(self, task: Any) -> None:
        """The step is over.  If its body was not heard to stop, the lines that are due to that come after it."""
        begin = self.steps.get(task)
        if begin is None:
            return
        token, at = self.token("T", task), begin
        while at < len(self.lines) and self.causes[at] != token:
            at += 1
        if task._state == "PENDING":
            waiter = task._fut_waiter
            self.stopped(task, f"awaits {self.name(waiter)}" if waiter is not None else "yields", at)
            return
        self.stopped(task, "ends", at)
        self.add(f"{self.name(task)} is done: {outcome(task)}", at + 1)

    def awaited(self, future: Any, callback: Any) -> None:
        """add_done_callback is called: by the step of a task, that says that the body has stopped."""
        task = getattr(callback, "__self__", None)
        if isinstance(task, TASKS) and getattr(callback, "__name__", "") in WAKEUPS and self.steps.get(task) is not None:
            self.stopped(task, f"awaits {self.name(future)}")

    def cancel_asked(self, task: Any) -> None:
        if task._state != "PENDING":
            self.add(f"would cancel {self.name(task)}, which is done")
            return
        waiter = task._fut_waiter
        waits = f", which waits for {self.name(waiter)}" if waiter is not None else ""
        self.add(f"cancels {self.name(task)} (request {requests_of(task) + 1}){waits}")

    def done(self, future: Any, at: int) -> None:
        """A future was completed; what that scheduled has been heard already."""
        self.add(f"{self.name(future)} is done: {outcome(future)}", at)


def outcome(future: Any) -> str:
    """How a future ended.  Only of tasks the result is shown: what asyncio puts into futures of its own is nobody's business."""
    if future._state == "CANCELLED":
        return "cancelled"
    if future._exception is not None:
        return f"exception {type(future._exception).__name__}"
    return f"result {short_value(future._result)}" if isinstance(future, TASKS) else "result"


def current_task() -> Any:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
