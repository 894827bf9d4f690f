"""python -m aiocore.replace [--] PROGRAM [ARGUMENT...]: runs a program with aiocore in the place of _asyncio.
python -m aiocore.replace [--] -m MODULE [ARGUMENT...]: the same for a module.

The program finds what it would find without: its sys.argv and sys.path, itself as __main__; its exit status is the
command's, and a traceback begins in it.  Processes that it starts are not changed.
"""

from __future__ import annotations

import sys

import aiocore

from . import programs

USAGE = "usage: python -m aiocore.replace [--] (PROGRAM | -m MODULE) [ARGUMENT...]"

if __name__ == "__main__":
    words = programs.words_of(sys.argv[1:], USAGE, __doc__)
    aiocore.replace()
    programs.run(words)
else:
    sys.modules[__name__] = aiocore.replace  # type: ignore[assignment]  # whoever imports this by name gets the function
