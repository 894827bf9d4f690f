"""How questions about who waits for whom are written.

A program adds no edges by hand: of one that is there for a second reason CPython forgets both with the first, aiocore does not.
"""
from __future__ import annotations

from programs.features import simple
from programs.maker import Maker

SINCE = (3, 14)


@simple("graph.of", 2, "capture_call_graph", SINCE)
def graph_of(m: Maker) -> None:
    m.put(f"note({m.mark()}, {m.helper('graph')}(asyncio.capture_call_graph({m.dice.pick((m.task(), m.waitable()))})))")


@simple("graph.own", 0.7, "capture_call_graph", SINCE)
def graph_own(m: Maker) -> None:
    """That of the task that asks; its own frames come first."""
    m.put(f"note({m.mark()}, {m.helper('graph')}(asyncio.capture_call_graph()))")
