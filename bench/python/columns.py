"""On what is measured: the columns.  A column is chosen once in a process, before asyncio is imported."""
from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

Main = Coroutine[Any, Any, None]
Runner = Callable[[Main], None]


@dataclass(frozen=True)
class Column:
    """One column: how it is put in place, and how one sees that it is."""

    name: str
    what: str
    place: Callable[[], Runner]
    loop: str  # where the class of the running loop comes from
    future: str  # and that of asyncio.Future
    only_eager: bool = False  # has no rows where tasks start lazily
    polls: bool = True  # asks for events on every turn
    if_named: bool = False  # measured if --columns names it


def stock() -> Runner:
    import asyncio

    return asyncio.run


def replaced() -> Runner:
    import aiocore

    aiocore.replace()
    import asyncio

    return asyncio.run


def with_uvloop() -> Runner:
    import uvloop

    return uvloop.run


def installed() -> Runner:
    import aiocore

    aiocore.install()
    import asyncio

    return asyncio.run


def installed_lean() -> Runner:
    import aiocore

    aiocore.install()
    aiocore.keep_arenas(0)
    import asyncio

    return asyncio.run


def installed_fast() -> Runner:
    import aiocore

    aiocore.install(semantics="fast")
    import asyncio

    return asyncio.run


COLUMNS = (
    Column("stock", "asyncio as it comes", stock, "asyncio.", "_asyncio"),
    Column("replace", "aiocore.replace(): asyncio's loop and functions, aiocore's futures and tasks", replaced, "asyncio.", "aiocore"),
    Column("uvloop", "uvloop.run()", with_uvloop, "uvloop", "_asyncio"),
    Column("uvloop_eager", "the same with a factory that does start tasks eagerly", with_uvloop, "uvloop", "_asyncio", only_eager=True),
    Column("aiocore", "aiocore.install()", installed, "aiocore", "aiocore"),
    Column("lean", "the same with aiocore.keep_arenas(0)", installed_lean, "aiocore", "aiocore", if_named=True),
    Column("fast", 'aiocore.install(semantics="fast")', installed_fast, "aiocore", "aiocore"),
)
BY_NAME = {column.name: column for column in COLUMNS}
USUAL = [column.name for column in COLUMNS if not column.if_named]


def eager_factory(column: Column) -> Callable[..., Any]:
    """The task factory of eager rows.  uvloop 0.23 passes eager_start=None on to asyncio's own, which then starts lazily: its
    second column has a factory that insists."""
    import asyncio

    if not column.only_eager:
        return asyncio.eager_task_factory

    def factory(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], **more: Any) -> asyncio.Task[Any]:
        more["eager_start"] = True
        return asyncio.Task(coroutine, loop=loop, **more)

    return factory
