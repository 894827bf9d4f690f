"""aiocore.install(): aiocore's functions and classes in the place of asyncio's, and its loop as the one that programs get.

A function is dressed as the one that it stands for; a class is a subclass of the one in C, with the name and the documentation of
asyncio's, that a program may change as it may change asyncio's.  What is put in place is put into every module of asyncio that has
the name.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import _core, frames, generators

FUNCTIONS = {
    "tasks": ("as_completed", "create_task", "gather", "shield", "sleep", "wait", "wait_for"),
    "timeouts": ("timeout", "timeout_at"),
}  # fmt: skip
CLASSES = {
    "locks": ("Lock", "Event", "Condition", "Semaphore", "BoundedSemaphore", "Barrier"),
    "queues": ("Queue", "PriorityQueue", "LifoQueue"),
    "taskgroups": ("TaskGroup",),
    "timeouts": ("Timeout",),
}  # fmt: skip
HANDING_OVER = {"TaskGroup"}  # whose objects may go on as asyncio's own
# Where our objects have all the private attributes that asyncio's own methods use.
LENDING = ("asyncio.locks", "asyncio.queues")


def dressed(inner: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    """Calls inner, and looks like original."""
    function = functools.update_wrapper(_core.function(inner), original)
    return inspect.markcoroutinefunction(function) if inspect.iscoroutinefunction(original) else function


_ours: dict[type, type] = {}  # asyncio's class -> what stands for it


def members(original: type) -> dict[str, Any]:
    """What the class has, and inherits from classes for which nothing stands."""
    found: dict[str, Any] = {}
    for cls in reversed(original.__mro__[:-1]):
        if not any(issubclass(other, cls) for other in original.__bases__ if other in _ours):
            found |= vars(cls)
    return found


def lent(base: type, name: str, method: object) -> bool:
    """Whether asyncio's own serves for our objects, as far as ours have nothing of that name: a private method, a property."""
    missing = getattr(base, name, None) is getattr(object, name, None)
    return missing and (inspect.isfunction(method) or isinstance(method, property) or name == "_loop")


def derived(base: type, original: type) -> type:
    """asyncio's class by name, ours by what it does."""
    body: dict[str, Any] = {"__module__": original.__module__, "__qualname__": original.__qualname__, "__doc__": original.__doc__}
    for name, method in members(original).items():
        inner = getattr(base, name, None)
        plain = inspect.isfunction(method) and not name.startswith("__")
        if inner is not None and (plain or inspect.iscoroutinefunction(method)):
            body[name] = dressed(inner, method)
        elif original.__module__ in LENDING and lent(base, name, method):
            body[name] = method
    above = tuple(_ours[other] for other in original.__bases__ if other in _ours)
    below = (original,) if original.__name__ in HANDING_OVER else ()
    _ours[original] = type(original.__name__, (*above, base, *below), body)
    return _ours[original]


def put(name: str, original: object, ours: object) -> None:
    """Wherever asyncio has the original under its name."""
    for path, module in list(sys.modules.items()):
        if path == "asyncio" or path.startswith("asyncio."):
            if isinstance(module, ModuleType) and vars(module).get(name) is original:
                setattr(module, name, ours)


def function_of(name: str) -> Callable[..., Any]:
    """What does it in place of asyncio's: a function of C, unless that is to be a generator."""
    is_generator = name == "as_completed" and sys.version_info < (3, 13)
    made: Callable[..., Any] = getattr(generators if is_generator else _core, name)
    return made


def put_all() -> None:
    """Every function and class that this release of asyncio has."""
    import asyncio

    frames.modules[:] = asyncio.tasks, asyncio.locks, asyncio.queues, asyncio.taskgroups, asyncio.timeouts
    _core._keep_frames(frames)
    for module, names in FUNCTIONS.items():
        for name in names:
            original = getattr(getattr(asyncio, module), name)
            _core._keep(name, original)
            frames.originals[name] = original
            put(name, original, dressed(function_of(name), original))
    for module, names in CLASSES.items():
        for name in names:
            original = getattr(getattr(asyncio, module), name)
            ours = derived(getattr(_core, name), original)
            _core._keep(name, original, ours)
            frames.originals[name] = original
            put(name, original, ours)


def offer_loop() -> None:
    """New loops are aiocore's unless a program names another class or sets a policy of its own."""
    import asyncio
    from asyncio import unix_events

    from .loop import EventLoop

    policy: Any = unix_events._UnixDefaultEventLoopPolicy  # type: ignore[attr-defined]  # private, and the one thing that all releases have
    policy._loop_factory = EventLoop
    if hasattr(asyncio, "EventLoop"):
        put("EventLoop", asyncio.EventLoop, EventLoop)


_installed: list[str | None] = []


def put_in_place(semantics: str | None) -> None:
    """See aiocore.install()."""
    if _installed and _installed[0] != semantics:
        raise RuntimeError(f"aiocore.install() has been called with semantics={_installed[0]!r} already")
    if _installed:
        return
    if semantics == "fast":
        _core._fast_groups()
    put_all()
    offer_loop()
    _installed.append(semantics)
