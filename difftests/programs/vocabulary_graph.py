"""How questions about who waits for whom are written, and edges that a program adds by hand."""
from __future__ import annotations

from programs.features import simple
from programs.maker import Maker

SINCE = (3, 14)


@simple("graph.of", 2, "capture_call_graph", SINCE)
def graph_of(m: Maker) -> None:
    m.put(f"note({m.mark()}, {m.helper('graph')}(asyncio.capture_call_graph({m.dice.pick((m.task(), m.waitable()))})))")


@simple("graph.own", 0.7, "capture_call_graph", SINCE)
def graph_own(m: Maker) -> object:
    """That of the task that asks; its own frames come first.  Below a constructor of a task it would show that of the ears."""
    if m.chances["class.eager_start"]:
        return False
    return m.put(f"note({m.mark()}, {m.helper('graph')}(asyncio.capture_call_graph()))")


@simple("graph.edge", 0.7, "future_add_to_awaited_by", SINCE)
def graph_edge(m: Maker) -> None:
    """What waits for itself, in the end, would be a graph without an end: only what is there before can wait for a new one."""
    m.put(f"asyncio.future_add_to_awaited_by({m.future()}, asyncio.current_task())")


@simple("graph.no_edge", 0.5, "future_discard_from_awaited_by", SINCE)
def graph_no_edge(m: Maker) -> None:
    m.put(f"asyncio.future_discard_from_awaited_by({m.future()}, asyncio.current_task())")
