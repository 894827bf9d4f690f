"""How the flow of a function is written: sleeping, raising, handlers, loops, branches, functions inside of functions."""
from __future__ import annotations

from programs.features import nested, option, simple
from programs.maker import KINDS, Maker

SWALLOWED = ("", "", ", ValueError", ", asyncio.CancelledError")  # by a context manager
option("raise.from", 0.2)
option("raise.cancelled", 0.12)
option("raise.base", 0.05)
option("try.reraise", 0.2)
option("try.else", 0.2)
option("try.two_handlers", 0.15)
option("finally.await", 0.4)
option("star.raise", 0.2)
option("loop.else", 0.15)


@simple("note", 1)
def note(m: Maker) -> None:
    m.put(f"note({m.mark()})")


@simple("sleep.zero", 8)
def sleep_zero(m: Maker) -> None:
    m.put("await asyncio.sleep(0)")


@simple("sleep", 5)
def sleep(m: Maker) -> None:
    m.put(f"await asyncio.sleep({m.dice.pick(('0.5', '1', '1', '2', '3', '-1'))})")


@simple("sleep.result", 0.5)
def sleep_result(m: Maker) -> None:
    mark = m.mark()
    m.put(f"note({mark}, await asyncio.sleep({m.delay()}, {m.mark()}))")


def error(m: Maker) -> str:
    """What a raise statement raises."""
    if m.wants("raise.cancelled"):
        return f"asyncio.CancelledError({m.message()})"
    if m.wants("raise.base"):
        return m.dice.pick((f"{m.helper('Halt')}({m.mark()})",) * 6 + ("KeyboardInterrupt", f"SystemExit({m.mark()})"))
    return f"{m.error()} from {m.error()}" if m.wants("raise.from") else m.error()


@simple("raise", 2)
def raise_error(m: Maker) -> object:
    if not m.scope.guarded and m.chance(0.6):
        return False
    if m.chance(0.5):
        return m.put(f"raise {error(m)}")
    return m.put(f"if n != {m.dice.number(0, 3)}:", f"    raise {error(m)}")


@simple("return", 0.7)
def leave(m: Maker) -> object:
    if not m.scope.leave:
        return False
    word = f"return {m.mark()}" if m.scope.value else "return"
    return m.put(f"if n == {m.dice.number(0, 3)}:", f"    {word}")


@simple("loop.leave", 1)
def leave_loop(m: Maker) -> object:
    if not m.scope.loops:
        return False
    return m.put(f"if n {m.dice.pick(('==', '!='))} {m.dice.number(0, 3)}:", f"    {m.dice.pick(('break', 'continue'))}")


def handler(m: Maker, kind: str) -> None:
    m.block(f"except {kind} as error:", f"note({m.mark()}, show(error))")
    if m.wants("try.reraise"):
        m.put("    raise")


@nested("try.except", 8)
def try_except(m: Maker) -> None:
    kind = m.dice.pick(KINDS)
    m.block("try:", guarded=m.scope.guarded or "Exception" in kind)
    handler(m, kind)
    if m.wants("try.two_handlers"):
        handler(m, "BaseException")
    if m.wants("try.else"):
        m.block("else:")


@nested("try.finally", 4)
def try_finally(m: Maker) -> None:
    m.block("try:")
    with m.writer.block("finally:"):
        m.put(f"note({m.mark()})")
        if m.wants("finally.await"):
            m.put(f"await asyncio.sleep({m.delay()})", f"note({m.mark()})")


@nested("try.star", 3)
def try_star(m: Maker) -> None:
    kinds = ["ValueError", "KeyError", "asyncio.CancelledError", "Exception", "BaseException"]
    first = m.dice.number(0, 4)
    m.block("try:", guarded=m.scope.guarded or first > 2, loops=0, leave=False)
    for kind in {first: None, m.dice.number(first, 4): None}:
        m.block(f"except* {kinds[kind]} as error:", f"note({m.mark()}, show(error))", loops=0, leave=False)
        if m.wants("star.raise"):
            m.put(f"    raise {m.error()}")  # a bare one may be lost in 3.12 and 3.13.0: gh-128049


@nested("loop.for", 3)
def loop_for(m: Maker) -> None:
    m.block(f"for n in range({m.dice.number(1, 3)}):", loops=m.scope.loops + 1)
    if m.wants("loop.else"):
        m.block("else:")


@nested("loop.while", 0.7)
def loop_while(m: Maker) -> None:
    name = f"i{m.mark()}"
    m.put(f"{name} = 0")
    m.block(f"while {name} < {m.dice.number(1, 3)}:", f"{name} += 1", loops=m.scope.loops + 1)


@nested("if", 2.5)
def if_else(m: Maker) -> None:
    condition = m.dice.pick((f"{m.waitable()}.done()", f"n > {m.dice.number(0, 2)}", "asyncio.current_task().cancelling()"))
    m.block(f"if {condition}:")
    if m.chance(0.6):
        m.block("else:")


@nested("with", 1)
def with_sync(m: Maker) -> None:
    m.block(f"with {m.helper('Guard')}({m.mark()}{m.dice.pick(SWALLOWED)}):")


@nested("with.async", 1.5)
def with_async(m: Maker) -> None:
    m.block(f"async with {m.helper('AsyncGuard')}({m.mark()}{m.dice.pick(SWALLOWED)}):")


@nested("closure", 1)
def closure(m: Maker) -> None:
    """A coroutine function inside of this one, that changes a name of it, spawned or awaited."""
    name = f"inner{m.mark()}"
    with m.writer.function(f"async def {name}(n):"):
        with m.within(depth=m.scope.depth + 2, loops=0, guarded=False, leave=True, value=True, tasks=()):
            m.statements(m.dice.number(1, 3))
        m.put(f"return {m.mark()}")
    m.line(m.dice.pick((
        f"note({m.mark()}, await {name}({m.dice.number(0, 3)}))",
        f"{m.helper('keep')}(asyncio.create_task({name}({m.dice.number(0, 3)})), {m.scope.index})",
    )))  # fmt: skip
