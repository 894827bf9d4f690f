"""Flags that stand in the core's table before a program shows them.

The list only shrinks: tests/test_flags.py fails for a name whose program is there, and for a flag without a program that is
not named here.  It goes when it is empty.
"""
from __future__ import annotations

PENDING = frozenset({
    "chain_future_cancels_in_running_loop",
})
