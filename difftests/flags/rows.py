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

ROWS = (
    # Tasks, loops and run()
    Row(
        "create_task_eager_start", "gh-128307", "create_task takes eager_start; before 3.14 only the loop's.",
        "3.13.3+, 3.14, 3.15",
    ),
    Row("eager_factory_eager_start_kw", "gh-128307", "The eager task factory takes eager_start.", SINCE_14),
    Row(
        "task_eager_start_default_loop", "gh-154695", "Task(coro, eager_start=True) without a loop takes the running one.",
        "3.14.7+, 3.15",
    ),
    Row(
        "get_coro_none_after_eager", "gh-122332",
        "get_coro() of a task that ended in its eager step is None; before, it crashes the interpreter.",
        "3.12.5+, 3.13, 3.14, 3.15",
    ),
    Row("threadsafe_handle", "gh-128340", "call_soon_threadsafe gives a class of handles of its own.", SINCE_14),
    Row("handle_repr_hides_args", "gh-112997", "The repr of a handle shows no arguments, unless in debug mode.", SINCE_13),
    Row(
        "failed_run_forever_keeps_running_loop", "gh-110771, gh-130145",
        "A loop that cannot run inside of another leaves the running loop alone.", "3.12, 3.13.3+, 3.14, 3.15",
    ),
    Row("get_event_loop_raises", "gh-126353", "get_event_loop() makes no loop: it is a RuntimeError.", SINCE_14),
    Row("event_loop_alias", "gh-94597", "asyncio.EventLoop exists.", SINCE_13),
    Row("runner_accepts_awaitable", "gh-120284", "run() takes any awaitable.", SINCE_14),
    Row("run_reprs_result", "gh-112559", "run() calls repr() on the result of its task, twice.", "3.12.0-3.12.1"),
    # The language
    Row("token_context_manager", "gh-129889", "The token of a context variable is a context manager.", SINCE_14),
    Row(
        "exception_group_repr_snapshot", "gh-141732", "The repr of an exception group shows what it was made of.",
        "3.13.12+, 3.14.4+, 3.15",
    ),
    Row(
        "anext_default_tuple", "gh-128078", "anext() takes a tuple as its default.", "3.12.9+, 3.13.2+, 3.14, 3.15",
    ),
    Row("await_type_error_message", "gh-114091", "Other words for an await of what cannot be awaited.", SINCE_14),
    Row(
        "with_protocol_message", "gh-128398", "Other words for a with statement on what is no context manager.", SINCE_14,
    ),
    Row("await_non_iterator_message", "", "Other words for an __await__() that returns no iterator.", "3.15"),
    Row("generator_close_returns_value", "gh-104770", "close() of a generator gives what it returned.", SINCE_13),
)
