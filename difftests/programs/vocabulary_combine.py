"""How the combinators are written: gather, shield, wait, wait_for, as_completed, timeouts."""
from __future__ import annotations

from dataclasses import replace

from programs.features import nested, option, simple
from programs.maker import LOOP, Maker

option("gather.return_exceptions", 0.35, "gather")
option("gather.duplicate", 0.15, "gather")
option("wait.timeout", 0.3, "wait")
option("timeout.at", 0.2, "timeout_at")
option("timeout.two_at_once", 0.15, "timeout")
FITTING = ("timeout.reschedule", "timeout.states", "timeout.enter_again", "sleep", "event.wait")
TIMES = ("0.5", "1", "1", "2", "2", "3", "4", "None", "None", "0", "-1")


def several(m: Maker, one: str = "anything") -> list[str]:
    """One to three awaitables."""
    return [getattr(m, one)() for _ in range(m.dice.number(1, 3))]


def gathering(m: Maker) -> str:
    things = several(m)
    if m.wants("gather.duplicate"):
        thing = m.waitable()
        things += [thing, thing]
    if m.wants("gather.return_exceptions"):
        things.append("return_exceptions=True")
    return f"asyncio.gather({', '.join(things)})"


def local(m: Maker, made: str) -> None:
    """Keeps a future of a combinator under a name that the rest of the block may use, and from being freed."""
    name = f"k{m.mark()}"
    m.put(f"{name} = {made}", f"kept.append({name})")
    m.scope = replace(m.scope, gathered=(*m.scope.gathered, name), favoured=(*m.scope.favoured, "gather.later"))


@simple("gather", 5, "gather")
def gather(m: Maker) -> None:
    m.shown(f"await {gathering(m)}")


@simple("gather.kept", 1.5, "gather")
def gather_kept(m: Maker) -> None:
    """A gathering that lives on, to be awaited or cancelled later."""
    local(m, gathering(m))


@simple("gather.none", 0.2, "gather")
def gather_none(m: Maker) -> None:
    m.shown("await asyncio.gather()")


@simple("shield", 3, "shield")
def shield(m: Maker) -> None:
    m.shown(f"await asyncio.shield({m.anything()})")


@simple("shield.kept", 1, "shield")
def shield_kept(m: Maker) -> None:
    local(m, f"asyncio.shield({m.waitable()})")


@simple("gather.later", 2, "gather")
def gather_later(m: Maker) -> object:
    """What becomes of such a one."""
    if not m.scope.gathered:
        return False
    name = m.dice.pick(m.scope.gathered)
    if m.chance(0.5):
        return m.shown(f"await {name}")
    return m.put(m.dice.pick((
        f"note({m.mark()}, {name}.cancel({m.message()}))",
        f"handles.append({LOOP}.call_later({m.delay()}, {name}.cancel))",
        f"{name}.add_done_callback({m.helper('done')})",
        f"note({m.mark()}, state({name}))",
    )))  # fmt: skip


@simple("wait", 4, "wait")
def wait(m: Maker) -> None:
    things = ", ".join(several(m, "waitable"))
    when = m.dice.pick(("", ", return_when=asyncio.FIRST_COMPLETED", ", return_when=asyncio.FIRST_EXCEPTION"))
    limit = f", timeout={m.dice.pick(TIMES)}" if m.wants("wait.timeout") else ""
    name = m.mark()

    def write() -> None:
        m.put(f"done{name}, pending{name} = await asyncio.wait([{things}]{limit}{when})")
        m.put(f"note({m.mark()}, sorted([state(future) for future in done{name}]), len(pending{name}))")

    m.risky(write)


@simple("wait_for", 4, "wait_for")
def wait_for(m: Maker) -> None:
    m.shown(f"await asyncio.wait_for({m.anything()}, {m.dice.pick(TIMES)})")


@nested("timeout", 6, "timeout")
def timeout(m: Maker) -> None:
    name = f"limit{m.mark()}"
    made = f"asyncio.timeout({m.dice.pick(TIMES)})"
    if m.wants("timeout.at"):
        made = f"asyncio.timeout_at({LOOP}.time() + {m.delay()})"
    names = (name,)
    if m.wants("timeout.two_at_once"):
        names = (name, f"limit{m.mark()}")
        made = f"asyncio.timeout({m.dice.pick(TIMES)}) as {names[1]}, {made}"
    m.risky(lambda: m.block(f"async with {made} as {name}:", limits=(*m.scope.limits, *names), favoured=FITTING))
    m.put(f"note({m.mark()})")


@simple("timeout.reschedule", 3, "timeout")
def reschedule(m: Maker) -> object:
    if not m.scope.limits:
        return False
    when = m.dice.pick((f"{LOOP}.time() + {m.delay()}", f"{LOOP}.time() + {m.delay()}", "None"))
    return m.line(f"{m.dice.pick(m.scope.limits)}.reschedule({when})")


@simple("timeout.reschedule_later", 1, "timeout")
def reschedule_later(m: Maker) -> object:
    """By a callback, which fails if the block has been left by then."""
    if not m.scope.limits:
        return False
    when = m.dice.pick((f"{LOOP}.time() + {m.delay()}", "None"))
    call = f"lambda: {m.dice.pick(m.scope.limits)}.reschedule({when})"
    return m.put(f"handles.append({LOOP}.call_later({m.delay()}, {call}))")


@simple("timeout.enter_again", 0.4, "timeout")
def enter_again(m: Maker) -> object:
    if not m.scope.limits:
        return False
    return m.shown(f"await {m.dice.pick(m.scope.limits)}.__aenter__()")


@simple("timeout.states", 1.5, "timeout")
def timeout_states(m: Maker) -> object:
    if not m.scope.limits:
        return False
    name = m.dice.pick(m.scope.limits)
    return m.put(f"note({m.mark()}, {name}.expired(), {name}.when())")


def pending(m: Maker) -> str:
    """A list of what is not done.  Of what is done already CPython's as_completed keeps no order: it goes through a set."""
    return f"[future for future in [{', '.join(several(m, 'waitable'))}] if not future.done()]"


@nested("as_completed", 2, "as_completed")
def as_completed(m: Maker) -> None:
    limit = m.dice.pick(("", "", ", timeout=1"))
    with m.writer.block(f"for one in asyncio.as_completed({pending(m)}{limit}):"):
        m.shown("await one")
        if m.chance(0.3):
            m.put(f"if n == {m.dice.number(0, 3)}:", "    break")


@nested("as_completed.async", 2, "as_completed, async for as_completed", (3, 13))
def as_completed_async(m: Maker) -> None:
    limit = m.dice.pick(("", "", ", timeout=1"))

    def write() -> None:
        with m.writer.block(f"async for one in asyncio.as_completed({pending(m)}{limit}):"):
            m.put(f"note({m.mark()}, state(one), one in tasks)")

    m.risky(write)
