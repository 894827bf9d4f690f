"""Does an output have in it what two implementations may rightly print differently?  A shrunk program easily comes to that."""
from __future__ import annotations

import re

LEAK = re.compile(r" at 0x|\bobject at |<[a-zA-Z_.]+ |<(?:class|function|module|bound|built-in|method)\b")


def leaks(text: str) -> bool:
    """True for addresses and for reprs of objects, of which a line may show the file and the place."""
    return LEAK.search(text) is not None
