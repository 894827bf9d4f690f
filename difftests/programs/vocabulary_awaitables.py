"""How generators of all kinds and awaitables of classes are written."""
from __future__ import annotations

from programs.features import nested, simple
from programs.maker import Maker

# Before 3.12.4 steps of async generators that are closed, or begun twice, had rules of their own (gh-117714).
LATER = ("EventLoop", (3, 13))


def items(m: Maker) -> str:
    return f"{m.helper('items')}({m.dice.number(1, 3)})"


@nested("asyncgen.for", 3)
def async_for(m: Maker) -> None:
    m.risky(lambda: m.block(f"async for n in {items(m)}:", f"note({m.mark()}, n)", loops=m.scope.loops + 1))


@nested("asyncgen.own", 1.5)
def own(m: Maker) -> None:
    """An asynchronous generator whose body is random too."""
    name = f"gen{m.mark()}"
    with m.writer.function(f"async def {name}(n):"):
        inside = m.within(depth=m.scope.depth + 2, loops=0, guarded=False, leave=True, value=False, tasks=())
        with inside, m.writer.block("try:"):
            m.put(f"note({m.mark()}, (yield {m.mark()}))")
            m.statements(m.dice.number(1, 2))
            m.put(f"yield {m.mark()}")
        with m.writer.block("finally:"):
            m.put(f"note({m.mark()})")
            m.put(*m.dice.pick(((), ("await asyncio.sleep(0)",), ("await asyncio.sleep(1)", f"note({m.mark()})"))))
    call = f"{name}({m.dice.number(0, 3)})"
    m.risky(lambda: m.block(f"async for n in {call}:", f"note({m.mark()}, n)", loops=m.scope.loops + 1))


@simple("asyncgen.comprehension", 0.5)
def comprehension(m: Maker) -> None:
    m.shown(f"[item async for item in {items(m)}]")


@simple("asyncgen.open", 1)
def open_one(m: Maker) -> None:
    """Begins one that others may go on with, close or drop."""
    m.put(f"{m.helper('generators')}.append({items(m)})")
    m.shown("await anext(generators[-1])")


def opened(m: Maker, act: str) -> object:
    if "generators" not in m.helpers:
        return False
    with m.writer.block("if generators:"):
        m.line(act)
    return None


@simple("asyncgen.next", 1, *LATER)
def go_on(m: Maker) -> object:
    return opened(m, f"note({m.mark()}, await anext(generators[-1], None))")


@simple("asyncgen.aclose", 1, *LATER)
def aclose(m: Maker) -> object:
    return opened(m, "await generators[-1].aclose()")


@simple("asyncgen.athrow", 1, *LATER)
def athrow(m: Maker) -> object:
    return opened(m, f"note({m.mark()}, await generators[-1].athrow({m.error()}))")


@simple("asyncgen.asend", 1, *LATER)
def asend(m: Maker) -> object:
    return opened(m, f"note({m.mark()}, await generators[-1].asend({m.mark()}))")


@simple("asyncgen.drop", 1, *LATER)
def drop(m: Maker) -> object:
    return opened(m, "generators.pop()")


@simple("await.class", 2)
def await_class(m: Maker) -> None:
    """An object whose __await__ delegates, with code after it."""
    m.shown(f"await {m.helper('Relay')}({m.waitable()})")


@simple("await.bare_yield", 1.5)
def bare_yield(m: Maker) -> None:
    m.shown(f"await {m.helper('Turns')}({m.dice.number(0, 3)})")


@simple("await.iterator", 0.5)
def iterator(m: Maker) -> None:
    """An __await__ that gives a class with __next__, not a generator."""
    m.shown(f"await {m.helper('Steps')}({m.dice.number(0, 2)})")


@simple("await.bad_yield", 0.3)
def bad_yield(m: Maker) -> None:
    m.shown(f"await {m.helper('Bad')}({m.dice.pick(('5', repr('x'), '()', 'ValueError'))})")


@simple("await.delegated", 1)
def delegated(m: Maker) -> None:
    """A chain of generators with yield from below an __await__."""
    m.shown(f"await {m.helper('Chain')}({m.waitable()}, {m.dice.number(0, 2)})")


@simple("await.coroutine_twice", 0.3)
def twice(m: Maker) -> None:
    name = f"c{m.mark()}"
    m.put(f"{name} = {m.call()}")
    m.shown(f"await {name}")
    m.shown(f"await {name}")
