"""The frames that asyncio's async functions would have where aiocore has coroutines in C: made when somebody looks.

Who looks at a coroutine is shown a coroutine of Python that awaits at the very place in asyncio's source where asyncio's own would,
and so has its file, name and line.  An exception that leaves a coroutine in C gets traceback entries of the functions that it would have
left.  Where those places are is found in the code of asyncio's functions, once, when it is wanted first.

Such frames have no local variables.
"""

from __future__ import annotations

import ast
import contextlib
import dis
import functools
import inspect
import sys
from collections.abc import AsyncGenerator, Coroutine, Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NamedTuple

AWAIT, RAISE, CALL, COMPARE = ("YIELD_VALUE",), ("RAISE_VARARGS",), ("CALL", "CALL_KW"), ("COMPARE_OP",)
# What each function awaits, by a name in that expression, and the function of asyncio that this is.  Which one it is says the
# coroutine; if it says nothing, the first.
AWAITS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "sleep": (("future", None), ("__sleep0", "__sleep0")),
    "__sleep0": (("", None),),
    "wait": (("_wait", "_wait"),),
    "_wait": (("waiter", None),),
    "wait_for": (("fut", None), ("_cancel_and_wait", "_cancel_and_wait"), ("timeouts", "Timeout.__aexit__")),
    "_cancel_and_wait": (("waiter", None),),
    "_AsCompletedIterator.__anext__": (("_wait_for_one", "_AsCompletedIterator._wait_for_one"),),
    "_AsCompletedIterator._wait_for_one": (("_done", "Queue.get"),),
    "as_completed.<locals>._wait_for_one": (("done", "Queue.get"),),
    "Queue.get": (("getter", None),),
    "Queue.put": (("putter", None), ("put_nowait", "Queue.put_nowait")),
    "Queue.join": (("_finished", "Event.wait"),),
    "Event.wait": (("fut", None),),
    "Lock.acquire": (("fut", None),),
    "Semaphore.acquire": (("fut", None),),
    "_ContextManagerMixin.__aenter__": (("acquire", "Lock.acquire"), ("acquire", "Semaphore.acquire")),
    "Condition.wait": (("fut", None), ("acquire", "Lock.acquire")),
    "Condition.wait_for": (("wait", "Condition.wait"),),
    "Barrier.__aenter__": (("wait", "Barrier.wait"),),
    "Barrier.wait": (("_cond", "_ContextManagerMixin.__aenter__"), ("_block", "Barrier._block"), ("_wait", "Barrier._wait")),
    "Barrier._block": (("_cond", "Condition.wait_for"),),
    "Barrier._wait": (("_cond", "Condition.wait_for"),),
    "Barrier.reset": (("_cond", "_ContextManagerMixin.__aenter__"),),
    "Barrier.abort": (("_cond", "_ContextManagerMixin.__aenter__"),),
    "TaskGroup.__aexit__": (("_aexit", "TaskGroup._aexit"), ("_on_completed_fut", None)),
    "TaskGroup._aexit": (("_on_completed_fut", None),),
}  # fmt: skip
# What is raised there once the wait is over comes from here.
AFTERWARDS: dict[str, tuple[tuple[str, ...], str]] = {
    "_AsCompletedIterator._wait_for_one": (CALL, "result"),
    "as_completed.<locals>._wait_for_one": (CALL, "result"),
    "Condition.wait": (AWAIT, "fut"),
    "Queue.get": (CALL, "get_nowait"),
    "Queue.put": (CALL, "put_nowait"),
}
# What may raise before.
BEFORE: dict[str, tuple[tuple[str, ...], str]] = {
    "sleep": (COMPARE, "delay"),
    "wait_for": (AWAIT, "fut"),
    "Condition.wait_for": (CALL, "predicate"),
    "Queue.get": (CALL, "get_nowait"),
    "Queue.put": (CALL, "put_nowait"),
}  # fmt: skip
# What the end of a group raises, by the first type that fits and is raised in this release.
RERAISED: tuple[tuple[str, str], ...] = (
    ("CancelledError", "propagate_cancellation_error"),
    ("GeneratorExit", "exc"),
    ("BaseExceptionGroup", "BaseExceptionGroup"),
    ("BaseExceptionGroup", "me"),
    ("BaseException", "_base_error"),
)

modules: list[ModuleType] = []  # of asyncio, in which functions are looked for
originals: dict[str, Any] = {}  # asyncio's own, by name, of what install() has replaced


class Site(NamedTuple):
    """An expression or a statement in the code of a function."""

    place: dis.Positions
    names: tuple[str, ...]  # in the order of the code
    constants: tuple[str, ...]


# ---- Functions of asyncio ----


def find(name: str) -> Any:
    first, *rest = name.split(".")
    for module in modules:
        found = originals.get(first, getattr(module, first, None))
        for part in rest:
            found = getattr(found, part, None)
        if found is not None:
            return inspect.unwrap(found)
    return None


@functools.cache
def function_of(name: str) -> FunctionType | None:
    """The function by this qualified name; None: this release has none, or a program has put something else there."""
    outer, inside, local = name.partition(".<locals>.")
    found = find(outer)
    if inside and isinstance(found, FunctionType):
        codes = [each for each in found.__code__.co_consts if isinstance(each, CodeType) and each.co_name == local]
        cells = tuple(type((lambda: name).__closure__[0])() for _ in codes[0].co_freevars) if codes else ()  # type: ignore[index]
        return FunctionType(codes[0], found.__globals__, closure=cells) if codes else None
    return found if isinstance(found, FunctionType) else None


def code_of(name: str) -> CodeType | None:
    """cr_code."""
    function = function_of(name)
    return function.__code__ if function is not None else None


# ---- Places in their code ----


def is_within(inner: dis.Positions | None, outer: dis.Positions) -> bool:
    """Without columns (python -X no_debug_ranges) what is in the same line."""
    if inner is None or None in (*inner, *outer):
        return inner is not None and inner.lineno == outer.lineno
    begins = (outer.lineno, outer.col_offset) <= (inner.lineno, inner.col_offset)  # type: ignore[operator]
    return begins and (inner.end_lineno, inner.end_col_offset) <= (outer.end_lineno, outer.end_col_offset)  # type: ignore[operator]


def words_of(instruction: dis.Instruction) -> tuple[str, ...]:
    """The names that it loads; newer releases have instructions that load two."""
    if instruction.opname == "LOAD_CONST" or not instruction.opname.startswith("LOAD_"):
        return ()
    value = instruction.argval
    return tuple(each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, str))


@functools.cache
def sites_of(function: FunctionType, operations: tuple[str, ...]) -> list[Site]:
    found: dict[dis.Positions, Site] = {}
    instructions = list(dis.get_instructions(function))
    for instruction in instructions:
        place = instruction.positions
        if instruction.opname not in operations or place is None or place.lineno is None or place in found:
            continue
        inside = [each for each in instructions if is_within(each.positions, place)]
        names = dict.fromkeys(word for each in inside for word in words_of(each))
        constants = [each.argval for each in inside if each.opname == "LOAD_CONST" and isinstance(each.argval, str)]
        found[place] = Site(place, tuple(names), tuple(constants))
    return list(found.values())


def site_of(name: str, operations: tuple[str, ...], word: str, last: bool = False) -> dis.Positions | None:
    """The expression with this name in it and the fewest others; "" is in all."""
    function = function_of(name)
    sites = sites_of(function, operations) if function is not None else []
    fitting = [site for site in sites if not word or word in site.names]
    if not fitting:
        return None
    fewest = min(len(site.names) for site in fitting)
    return [site.place for site in fitting if len(site.names) == fewest][-1 if last else 0]


def first_line(name: str) -> int:
    code = code_of(name)
    return code.co_firstlineno if code is not None else 1


# ---- Ways into functions ----

Way = list[tuple[str, dis.Positions | None]]  # functions, outermost first, and where they are; None: not begun


def step(name: str, inner: tuple[str, ...]) -> tuple[str, str | None]:
    """What a function awaits."""
    there = [(word, below) for word, below in AWAITS.get(name, ()) if below is None or function_of(below) is not None]
    said = [(word, below) for word, below in there if below in inner]
    return (said or there or [("", None)])[0]


def way_in(name: str | None, inner: tuple[str, ...], over: bool = False) -> Way:
    """To where it is suspended; over: that wait is over, and something is raised."""
    way: Way = []
    while name is not None:
        word, below = step(name, inner)
        place = site_of(name, AWAIT, word)
        if over and below == "_cancel_and_wait":
            place, below = site_of(name, CALL, "result", last=True), None
        elif over and name in AFTERWARDS:
            place, below = site_of(name, *AFTERWARDS[name], last=True), None
        way.append((name, place))
        name = below
    return way


def way_to_beginning(name: str, inner: tuple[str, ...]) -> Way:
    """Before the first wait."""
    operations, word = BEFORE.get(name, (CALL, "_get_loop"))
    if "_cancel_and_wait" in inner:  # a future that is done is asked at once
        operations, word = CALL, "result"
    return [(name, site_of(name, operations, word))]


def is_named(exception: BaseException, name: str) -> bool:
    return any(name == cls.__name__ for cls in type(exception).__mro__)


@functools.lru_cache(maxsize=512)
def may_raise(name: str, kind: str) -> bool:
    """Whether this function or one that it awaits has a statement that raises this type: of most exceptions, none."""
    function = function_of(name)
    if function is None:
        return False
    if any(kind in site.names for site in sites_of(function, RAISE)):
        return True
    return any(below is not None and may_raise(below, kind) for _, below in AWAITS.get(name, ()))


def raise_in(name: str, exception: BaseException) -> dis.Positions | None:
    """The statement that raises a new exception of this type with these words."""
    function = function_of(name)
    kind, text = type(exception).__name__, str(exception)
    for site in sites_of(function, RAISE) if function is not None else ():
        if kind in site.names and all(constant in text for constant in site.constants):
            return site.place
    return None


def reraise_in(name: str, exception: BaseException) -> dis.Positions | None:
    for kind, word in RERAISED:
        place = site_of(name, RAISE, word) if is_named(exception, kind) else None
        if place is not None:
            return place
    return None


def way_to_raise(name: str, inner: tuple[str, ...], exception: BaseException) -> Way | None:
    """To a statement that raises it, in this function or in one that it awaits."""
    if name.startswith("TaskGroup._aexit") or (name == "TaskGroup.__aexit__" and function_of("TaskGroup._aexit") is None):
        place = reraise_in(name, exception)
    elif (name == "wait_for" and "_cancel_and_wait" not in inner) or (name == "Queue.put" and "Queue.put_nowait" in inner):
        place = None  # it is the timeout that raises, or that function
    else:
        place = raise_in(name, exception)
    if place is not None:
        return [(name, place)]
    for word, below in AWAITS.get(name, ()):
        further = way_to_raise(below, inner, exception) if below is not None and function_of(below) is not None else None
        if further is not None:
            return [(name, site_of(name, AWAIT, word) or site_of(name, CALL, word)), *further]
    return None


# ---- Functions that are there to be looked at ----


def nodes_in(node: ast.AST) -> Iterator[ast.AST]:
    """ast.walk, which imports something: a task may be shown when that is over."""
    for each in ast.iter_child_nodes(node):
        yield each
        yield from nodes_in(each)


def function_at(name: str, place: dis.Positions | None, source: str) -> FunctionType:
    """A function of this source that has asyncio's name and file, and is all in one place."""
    original = function_of(name)
    code = code_of(name)
    tree = ast.parse(source)
    outer: Any = tree.body[0]
    line = first_line(name)
    place = place or dis.Positions(line, line, 0, 0)
    outer.name = code.co_name if code is not None else name.rpartition(".")[2]
    for node in nodes_in(outer):
        if isinstance(node, ast.expr | ast.stmt):
            node.lineno, node.end_lineno = place.lineno or 1, place.end_lineno
            node.col_offset, node.end_col_offset = place.col_offset or 0, place.end_col_offset
    outer.lineno = outer.end_lineno = line
    compiled = compile(tree, code.co_filename if code is not None else "asyncio", "exec", dont_inherit=True)
    own = next(each for each in compiled.co_consts if isinstance(each, CodeType))
    return FunctionType(own.replace(co_qualname=code.co_qualname if code is not None else name), original.__globals__ if original is not None else {})


class Still:
    """What a coroutine awaits that is only shown."""

    def __await__(self) -> Iterator[None]:
        return iter((None,))


@functools.cache
def shown_function(name: str, place: dis.Positions | None) -> FunctionType:
    return function_at(name, place, "async def shown(awaited): await awaited")


def suspended(way: Way, awaited: Any) -> Coroutine[Any, Any, Any]:
    for name, place in reversed(way):
        if name == "__sleep0":
            awaited = function_of(name)()  # type: ignore[misc]  # it is there: nobody can reach it
        else:
            awaited = shown_function(name, place)(awaited)
    awaited.send(None)
    shown: Coroutine[Any, Any, Any] = awaited
    return shown


kept: list[Any] = []


def leave_suspended(generator: AsyncGenerator[None, None], begun: bool) -> None:
    """Takes its finalizer, the only thing that an asynchronous generator is closed by, and lets it run to its yield."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, bool)
    try:
        first = generator.__anext__()
        with contextlib.suppress(StopIteration):
            if begun:
                first.send(None)  # type: ignore[attr-defined]
    finally:
        sys.set_asyncgen_hooks(*hooks)


@functools.cache
def frame_at(name: str, place: dis.Positions | None) -> FrameType:
    """For tracebacks: one serves for all, so nothing may stay in it.  It is that of a generator that is given up where it is and never
    closed: that would run it, with the frame of whoever clears the traceback below it."""
    generator = function_at(name, place, "async def shown(): yield")()
    frame: FrameType = generator.ag_frame
    if place is None:
        kept.append(generator)  # given up, it would be where it begins
    if place is not None or sys.version_info < (3, 13):  # later ones do not run what is not begun to close it
        leave_suspended(generator, begun=place is not None)
    return frame


def frames_of(way: Way) -> tuple[FrameType, ...]:
    """Innermost first."""
    return tuple(frame_at(name, place) for name, place in reversed(way))


# ---- What _core calls ----


def shown(name: str, inner: tuple[str, ...], begun: bool, awaited: Any) -> Coroutine[Any, Any, Any]:
    """A coroutine that is suspended as asyncio's would be.  inner says which functions it is in, where there are several."""
    way = way_in(name, inner) if begun else [(name, None)]
    return suspended(way, awaited if awaited is not None else Still())


def passed(name: str, inner: tuple[str, ...], how: str) -> tuple[FrameType, ...]:
    """What an exception leaves: "unbegun", "begun", thrown into the "suspended", or "over"; "inside": the innermost alone;
    "asking": a predicate, after a wait."""
    if how == "unbegun":
        return frames_of([(name, None)])
    if how == "begun":
        return frames_of(way_to_beginning(name, inner))
    if how == "asking":
        return frames_of([(name, site_of(name, *BEFORE[name], last=True))])
    way = frames_of(way_in(name, inner, over=how == "over"))
    return way[:1] if how == "inside" else way


def raised(name: str, inner: tuple[str, ...], exception: BaseException) -> tuple[FrameType, ...] | None:
    """What an exception leaves that is raised by a statement; None: there is no such statement."""
    if name != "TaskGroup.__aexit__" and not may_raise(name, type(exception).__name__):
        return None
    way = way_to_raise(name, inner, exception)
    return frames_of(way) if way is not None else None
