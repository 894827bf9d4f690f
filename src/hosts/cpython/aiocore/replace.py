"""python -m aiocore.replace [--] PROGRAM [ARGUMENT...]: runs a program with aiocore in the place of _asyncio.
python -m aiocore.replace [--] -m MODULE [ARGUMENT...]: the same for a module.

The program finds what it would find without: its sys.argv and sys.path, itself as __main__; its exit status is the
command's, and a traceback begins in it.  Processes that it starts are not changed.
"""

from __future__ import annotations

import importlib.machinery
import io
import os
import pkgutil
import runpy
import sys
from types import ModuleType, TracebackType

import aiocore

USAGE = "usage: python -m aiocore.replace [--] (PROGRAM | -m MODULE) [ARGUMENT...]"


def without_ours(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback from the program's own first frame on."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename in (__file__, "<frozen runpy>"):
        traceback = traceback.tb_next
    return traceback


def show(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    first = without_ours(traceback)
    sys.__excepthook__(kind, error.with_traceback(first), first)


def run_file(path: str) -> None:
    """As python PATH would."""
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    try:
        with io.open_code(os.path.abspath(path)) as file:
            text = file.read()
    except OSError as error:
        print(f"{sys.executable}: can't open file {os.path.abspath(path)!r}: [Errno {error.errno}] {error.strerror}", file=sys.stderr)
        sys.exit(2)
    code = compile(text, path, "exec", dont_inherit=True)
    main = ModuleType("__main__")
    main.__loader__ = importlib.machinery.SourceFileLoader("__main__", path)
    names: dict[str, object] = main.__dict__
    names |= {"__builtins__": sys.modules["builtins"], "__file__": path}
    if sys.version_info < (3, 15):
        names["__cached__"] = None
    if sys.version_info < (3, 14):
        names["__annotations__"] = {}
    sys.modules["__main__"] = main
    exec(code, names)


def run_module(name: str) -> None:
    """As python -m NAME would; sys.path begins with the current folder already, because of our own -m."""
    runpy._run_module_as_main(name)  # type: ignore[attr-defined]  # run_module() leaves no __main__ behind


def run_folder(path: str) -> None:
    """A folder or an archive with a module __main__."""
    if sys.flags.safe_path:
        sys.path.insert(0, path)
    else:
        sys.path[0] = path
    runpy._run_module_as_main("__main__", alter_argv=False)  # type: ignore[attr-defined]


def main(words: list[str]) -> None:
    by_module = words[:1] == ["-m"]
    if words[:1] in (["-h"], ["--help"]):
        print(f"{USAGE}\n\n{__doc__}".rstrip())
        return
    if not words[by_module:] or words[by_module].startswith("-"):
        print(USAGE, file=sys.stderr)
        sys.exit(2)
    sys.argv[:] = words[by_module:]
    aiocore.replace()
    sys.excepthook = show
    if by_module:
        run_module(words[1])
    elif pkgutil.get_importer(words[0]) is not None:
        run_folder(words[0])
    else:
        run_file(words[0])


if __name__ == "__main__":
    main(sys.argv[2:] if sys.argv[1:2] == ["--"] else sys.argv[1:])
else:
    sys.modules[__name__] = aiocore.replace  # type: ignore[assignment]  # whoever imports this by name gets the function
