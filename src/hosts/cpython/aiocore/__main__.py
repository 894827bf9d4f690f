"""python -m aiocore [--fast] [--] PROGRAM [ARGUMENT...]: runs a program with all of aiocore in place (aiocore.install()).
python -m aiocore [--fast] [--] -m MODULE [ARGUMENT...]: the same for a module.

    --fast    install(semantics="fast")

The program finds what it would find without: its sys.argv and sys.path, itself as __main__; its exit status is the
command's, and a traceback begins in it.  Processes that it starts are not changed.
"""

from __future__ import annotations

import sys

import aiocore

from . import programs

USAGE = "usage: python -m aiocore [--fast] [--] (PROGRAM | -m MODULE) [ARGUMENT...]"

if __name__ == "__main__":
    fast = sys.argv[1:2] == ["--fast"]
    words = programs.words_of(sys.argv[1 + fast :], USAGE, __doc__)
    aiocore.install(semantics="fast" if fast else None)
    programs.run(words)
