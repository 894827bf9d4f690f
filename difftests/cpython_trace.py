"""Records what a loop of CPython does while it runs a scenario, in the records of docs/trace.md.

    python cpython_trace.py [--text] FILE      the scenario's output, then the records as JSON lines (or text)

The loop is virtual_loop's, which this one only listens to: asyncio calls the same functions in the same order.  What
cannot be heard from a loop is not recorded: values, cancels, groups, futures that nobody waits for.  How a step stopped is
known when its callback has returned; its record is put where the body stopped, before what followed from that.
"""
from __future__ import annotations

import asyncio
import collections
import json
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

# -I keeps this folder off the path.
sys.path.insert(0, str(Path(__file__).resolve().parent))
import python_side  # noqa: E402
import trace_text  # noqa: E402
import virtual_loop  # noqa: E402

Record = dict[str, Any]


class Notes:
    """Something to remember of objects, by their identity; keeps none of them alive."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Any, Any]] = {}

    def __setitem__(self, thing: object, note: Any) -> None:
        key = id(thing)
        self.known[key] = (weakref.ref(thing, lambda _: self.known.pop(key, None)), note)

    def get(self, thing: object) -> Any:
        return self.known.get(id(thing), (None, None))[1]


class Numbers:
    """Numbers for things without names, by the order of their first appearance."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.last = 0
        self.names = Notes()

    def name(self, thing: object) -> str:
        if self.names.get(thing) is None:
            self.last += 1
            self.names[thing] = f"{self.word}#{self.last}"
        return str(self.names.get(thing))


class Recorder:
    """The records so far, and the names in them."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.turn = 0
        self.futures, self.handles, self.groups = Numbers("Future"), Numbers("Handle"), Numbers("TaskGroup")
        self.kinds, self.tasks = Notes(), Notes()  # of handles: what they are; of tasks: their names

    def add(self, event: str, **keys: Any) -> Record:
        record = {"event": event, "turn": self.turn, **{key: value for key, value in keys.items() if value is not None}}
        self.records.append(record)
        return record

    def name(self, future: Any) -> str:
        """A task goes by the name that it had when its constructor returned: releases differ in when others are set."""
        if isinstance(future, asyncio.Task):
            return self.tasks.get(future) or future.get_name()
        return self.futures.name(future)

    # -- callbacks --

    def kind(self, callback: Any, args: tuple[Any, ...]) -> Record:
        """What a callback is: the keys of its records that do not need its handle."""
        owner, name = getattr(callback, "__self__", None), getattr(callback, "__name__", type(callback).__name__)
        if isinstance(owner, asyncio.Task) and name in ("TaskStepMethWrapper", "__step", "_Task__step"):
            return {"run": "step", "task": self.name(owner)}
        if isinstance(owner, asyncio.Task) and name in ("task_wakeup", "__wakeup", "_Task__wakeup"):
            return {"run": "wakeup", "task": self.name(owner)}
        if isinstance(owner, asyncio.TaskGroup) and name == "_on_task_done":
            return {"run": "group", "task": self.name(args[0]), "group": self.groups.name(owner)}
        is_done = len(args) == 1 and asyncio.isfuture(args[0]) and args[0].done()
        return {"run": "done_callback" if is_done else "callback", "callback": getattr(callback, "__qualname__", name)}

    def scheduled(self, handle: Any, callback: Any, args: tuple[Any, ...]) -> None:
        """A handle was made by call_soon."""
        kind = self.kind(callback, args)
        by = self.name(args[0]) if kind["run"] in ("wakeup", "done_callback", "group") and args else None
        if "task" not in kind:
            kind = {"run": kind["run"], "handle": self.handles.name(handle), "callback": kind["callback"]}
        self.kinds[handle] = kind
        self.add("scheduled", **kind, by=by)

    def timer_set(self, handle: Any, callback: Any) -> None:
        name = getattr(callback, "__qualname__", type(callback).__name__)
        kind = {"run": "timer", "handle": self.handles.name(handle), "callback": name}
        self.kinds[handle] = kind
        self.add("timer_set", **kind, when=handle.when())

    def run(self, handle: Any, run: Callable[[], None]) -> None:
        """Runs a handle and records that.

        An exception of the callback may keep this frame: it forgets what it knows, as asyncio's Handle._run does.
        """
        kind = self.kinds.get(handle) or {"run": "callback", "handle": self.handles.name(handle)}
        task = getattr(handle._callback, "__self__", None) if kind["run"] in ("step", "wakeup") else None
        begin = len(self.records)
        self.add("run_begin", **kind)
        try:
            run()
        finally:
            if task is not None:
                self.stopped(task, begin + 1)
            self.add("run_end", task=kind.get("task"), handle=kind.get("handle"))
            handle = run = task = None  # type: ignore[assignment]

    # -- tasks --

    def stopped(self, task: Any, begin: int) -> None:
        """A step of the task has stopped; its records begin there."""
        name = self.name(task)
        keys: Record = {"task": name, "stop": "yielded"}
        if task.done():
            failed = task.cancelled() or task._exception is not None
            keys["stop"] = "raised" if failed else "returned"
        elif task._fut_waiter is not None:
            keys |= {"stop": "awaiting", "future": self.name(task._fut_waiter)}
        position = next((at for at in range(begin, len(self.records)) if follows(self.records[at], name)), len(self.records))
        self.add("step_end", **keys)
        self.records.insert(position, self.records.pop())

    def creating(self, make: Callable[[], Any], coro: Any) -> Any:
        """Makes a task and records that; an eager one runs meanwhile, before its name is known here."""
        begin = len(self.records)
        created = self.add("task_created", task=None)
        parent = running_task()
        try:
            task = make()
        except BaseException:
            self.records.remove(created)
            raise
        name = self.name(task)
        self.tasks[task] = name
        eager = not any(is_first_step(record, name) for record in self.records[begin:])
        created |= {"task": name, "body": getattr(coro, "__qualname__", type(coro).__name__)}
        created |= {"parent": self.name(parent) if parent is not None else None, "eager": eager}
        if eager:
            self.stopped(task, begin + 1)
        return task


def running_task() -> Any:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def is_first_step(record: Record, task: str) -> bool:
    return record["event"] == "scheduled" and record.get("task") == task and record["run"] == "step"


def follows(record: Record, task: str) -> bool:
    """Whether a record within a task's step is due to how the step stopped."""
    if record["event"] != "scheduled":
        return False
    own = record.get("task") == task and record["run"] in ("step", "wakeup")
    return own or record.get("by") == task


# ---- The loop ----


def run_traced(self: Any) -> None:
    run = super(type(self), self)._run
    try:
        self._loop.recorder.run(self, run)
    finally:
        self = run = None


class TracedHandle(asyncio.Handle):
    """A handle that says when it runs; handles become this after asyncio has made them."""

    __slots__ = ()
    _run = run_traced


class TracedTimer(asyncio.TimerHandle):
    __slots__ = ()
    _run = run_traced


TracedHandle.__name__ = TracedHandle.__qualname__ = "Handle"  # their reprs are asyncio's
TracedTimer.__name__ = TracedTimer.__qualname__ = "TimerHandle"


class Ready(collections.deque):  # type: ignore[type-arg]
    """The ready list: knows how long it was when the turn began to take from it."""

    turn: Record | None = None

    def popleft(self) -> Any:
        if self.turn is not None:
            self.turn["ready"], self.turn = len(self), None
        return super().popleft()


class TracedLoop(virtual_loop.VirtualLoop):
    """The virtual loop, with ears."""

    recorder = Recorder()  # of all loops of the process: one trace

    def __init__(self) -> None:
        super().__init__()
        self._ready: Any = Ready()

    @property
    def _task_factory(self) -> Any:
        """What create_task calls: the factory, and a look at the name before create_task sets another."""
        return self._given_factory and self._make_task

    @_task_factory.setter
    def _task_factory(self, factory: Any) -> None:
        self._given_factory = factory

    def _make_task(self, loop: Any, coro: Any, **keywords: Any) -> Any:
        task = self._given_factory(loop, coro, **keywords)
        if isinstance(task, asyncio.Task):
            self.recorder.tasks[task] = task.get_name()
        return task

    def get_task_factory(self) -> Any:
        return self._given_factory

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:
        handle = super().call_soon(callback, *args, context=context)
        handle.__class__ = TracedHandle
        self.recorder.scheduled(handle, callback, args)
        return handle

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> Any:
        handle = super().call_at(when, callback, *args, context=context)
        handle.__class__ = TracedTimer
        self.recorder.timer_set(handle, callback)
        return handle

    def create_task(self, coro: Any, **keywords: Any) -> Any:
        return self.recorder.creating(lambda: super(TracedLoop, self).create_task(coro, **keywords), coro)

    def call_exception_handler(self, context: Any) -> None:
        self.recorder.add("report", message=context.get("message") or "")
        super().call_exception_handler(context)

    def _process_events(self, event_list: list[Any]) -> None:
        """_run_once calls this after it has polled, and before it takes the timers that are due."""
        self.recorder.turn += 1
        self._ready.turn = self.recorder.add("turn_begin", time=self.time(), ready=0)

    def _run_once(self) -> None:
        started = self.recorder.turn
        try:
            super()._run_once()
        finally:
            self._ready.turn = None
            if self.recorder.turn > started:
                self.recorder.add("turn_end")


def main(arguments: list[str]) -> int:
    text = "--text" in arguments
    paths = [word for word in arguments if word != "--text"]
    if len(paths) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    virtual_loop.install()
    modules: Any = asyncio
    modules.events.new_event_loop = asyncio.new_event_loop = TracedLoop
    status = python_side.execute(paths[0])
    records = TracedLoop.recorder.records
    for line in trace_text.lines(records) if text else map(json.dumps, records):
        print(line)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
