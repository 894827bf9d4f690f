#!/usr/bin/env python3
"""Programs that are run by python -m aiocore.replace see, say and end as they do without; and what aiocore refuses.

    cpython_replace.py [--python VERSION|PATH]...      on all CPythons at hand that have their headers unless some are named

The last line is "N passed, N failed, N skipped".
"""
from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cpython_checks import Host, Skipped, arguments_of, run, run_all

LOOK = (
    "import __main__, sys\n"
    "print(sorted(globals()), __name__, __file__, __spec__, __package__, type(__loader__), __doc__, type(__builtins__))\n"
    "print(sys.argv, sys.path[0], __main__.__dict__ is globals(), globals().get('__annotations__'))\n"
)
FILES = {
    "look.py": LOOK,
    "package/__init__.py": "",
    "package/look.py": LOOK + "sys.exit(7)\n",
    "folder/__main__.py": LOOK,
    "raises.py": "def f(): raise ValueError('x')\nf()\n",
    "module_raises.py": "import raises\n",
    "syntax.py": "x = = 1\n",
    "interrupted.py": "raise KeyboardInterrupt\n",
    "leaves.py": "raise SystemExit('bye')\n",
    "hook.py": "import sys\nsys.excepthook = lambda kind, *_: print('hook', kind)\n1 / 0\n",
    "runs.py": "import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 5\nprint(asyncio.run(main()))\n",
    "at_exit.py": "import atexit\natexit.register(print, 'end')\nprint('begin')\n",
}
ALIKE = (
    "look.py a -b --", "./look.py", "folder/../look.py", "-m package.look 1 2", "folder", "archive.zip", "raises.py", "module_raises.py", "-m raises",
    "syntax.py", "interrupted.py", "leaves.py", "hook.py", "runs.py", "at_exit.py", "missing.py", "-m missing", "-m package", "-m json.tool --help",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """Programs that are run for what they print."""

    title: str
    program: str
    status: int
    words: str  # a pattern of the output


SAY = (
    Said("in place", "import aiocore; aiocore.replace(); import asyncio, _asyncio; aiocore.replace()\n"
         "print(_asyncio is aiocore._core._asyncio(), asyncio.Task is _asyncio.Task, aiocore.is_in_place())", 0, "True True True"),
    Said("not in place", "import asyncio, aiocore; print(aiocore.is_in_place())", 0, "False"),
    Said("unknown semantics", "import aiocore\ntry: aiocore.install(semantics='quick')\nexcept ValueError as error: print(error, aiocore.is_in_place())",
         0, "semantics is None or 'fast', not 'quick' False"),
    Said("too late", "import asyncio, aiocore; aiocore.replace()", 1, r"RuntimeError: aiocore.replace\(\) comes too late"),
    Said("a function, however imported", "import aiocore, aiocore.replace; from aiocore.replace import __name__ as n\n"
         "print(n, callable(aiocore.replace))", 0, "replace True"),
    Said("a function of one thing", "import aiocore\ntry: aiocore._core.function(len, x=1)\nexcept TypeError as error: print(error)", 0, "at most 1 argument"),
    Said("attributes of classes", "import _asyncio, aiocore\nfor name in ('Future', 'Task'):\n"
         "    theirs, ours = ({n for n in vars(getattr(module, name)) if n[:2] != '__'} for module in (_asyncio, aiocore._core._asyncio()))\n"
         "    print(name, theirs ^ ours)", 0, r"Future set\(\)\nTask set\(\)"),
    Said("its release", "import aiocore, sys; print(aiocore.semantics == '%d.%d.%d' % sys.version_info[:3])", 0, "True"),
    Said("another implementation", "import sys; sys.implementation.name = 'pypy'; import aiocore", 1, "ImportError: aiocore is for CPython, and this is pypy"),
    Said("a release to come", "import sys; sys.version_info = (3, 99, 0); import aiocore", 1, "ImportError: aiocore is for CPython 3.12 to 3.15"),
    Said("a free-threaded build", "import sysconfig; sysconfig.get_config_vars()['Py_GIL_DISABLED'] = 1; import aiocore", 1, "ImportError: .* free-threaded"),
    Said("another interpreter",
         "try: import _interpreters as i\nexcept ImportError: import _xxsubinterpreters as i\n"
         "import sys; path = sys.path\ntext = f'import sys; sys.path[:] = {path}\\ntry: import aiocore\\nexcept ImportError as e: print(e, flush=True)'\n"
         "i.run_string(i.create(), text)", 0, "does not support loading in subinterpreters|main interpreter of a process"),
    Said("another interpreter, of the old kind",
         "import _testcapi, sys; path = sys.path\n"
         "text = f'import sys; sys.path[:] = {path}\\ntry: import aiocore\\nexcept ImportError as e: print(e, flush=True)'\n"
         "_testcapi.run_in_subinterp(text)", 0, "main interpreter of a process"),
    Said("no word", "import runpy, sys; sys.argv[1:] = []; runpy.run_module('aiocore.replace', run_name='__main__', alter_sys=True)", 2, "usage: python -m aiocore.replace"),
)  # fmt: skip


def write_files(place: Path) -> None:
    for name, text in FILES.items():
        path = place / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with zipfile.ZipFile(place / "archive.zip", "w") as archive:
        archive.writestr("__main__.py", LOOK)


def checks(host: Host, place: Path) -> Iterator[tuple[str, str | None]]:
    """Titles, and what is wrong; None: nothing."""
    write_files(place)
    for words in ALIKE:
        without = run(host, place, words.split())
        for middle in (["aiocore.replace", "--"], ["aiocore.replace"], ["aiocore", "--"], ["aiocore", "--fast"]):
            with_aiocore = run(host, place, ["-m", *middle, *words.split()])
            yield " ".join([*middle, words]), None if without == with_aiocore else f"{without}\n{with_aiocore}"
    for case in SAY:
        status, out, error = run(host, place, ["-c", case.program])
        if re.search(r"No module named '_testcapi'", error):
            yield case.title, Skipped("there is no _testcapi")
        else:
            yield case.title, None if status == case.status and re.search(case.words, out + error) else f"{status}\n{out}{error}"


def main(arguments: list[str]) -> int:
    return run_all(arguments_of("Tests python -m aiocore.replace.").parse_args(arguments).python, checks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
