"""Runs a program, or a module, as python itself would: for python -m aiocore and python -m aiocore.replace.

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


def without_ours(traceback: TracebackType | None) -> TracebackType | None:
    """What comes after our last frame, as if nobody but Python had started the program."""
    first, frame = traceback, traceback
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == __file__:
            first = frame.tb_next
        frame = frame.tb_next
    return first


def show(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    first = without_ours(traceback)
    sys.__excepthook__(kind, error.with_traceback(first), first)


def new_main() -> ModuleType:
    """An empty __main__, as a program finds it."""
    main = ModuleType("__main__")
    main.__dict__["__builtins__"] = sys.modules["builtins"]
    if sys.version_info < (3, 15):
        main.__dict__["__cached__"] = None
    if sys.version_info < (3, 14):
        main.__annotations__ = {}
    sys.modules["__main__"] = main
    return main


def run_file(path: str) -> None:
    """As python PATH would."""
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    try:
        with io.open_code(path) as file:
            text = file.read()
    except OSError as error:
        print(f"{sys.executable}: can't open file {path!r}: [Errno {error.errno}] {error.strerror}", file=sys.stderr)
        sys.exit(2)
    code = compile(text, path, "exec", dont_inherit=True)
    main = new_main()
    main.__file__ = path
    main.__loader__ = importlib.machinery.SourceFileLoader("__main__", path)
    exec(code, main.__dict__)


def run_module(name: str) -> None:
    """As python -m NAME would; sys.path begins with the current folder already, because of our own -m."""
    new_main()
    runpy._run_module_as_main(name)  # type: ignore[attr-defined]  # run_module() leaves no __main__ behind


def run_folder(path: str) -> None:
    """A folder or an archive with a module __main__, as python PATH would."""
    if sys.flags.safe_path:
        sys.path.insert(0, path)
    else:
        sys.path[0] = path
    new_main()
    runpy._run_module_as_main("__main__", alter_argv=False)  # type: ignore[attr-defined]


def run(words: list[str]) -> None:
    """The words of a command line from the program on, or from its -m on."""
    by_module = words[0] == "-m"
    sys.argv[:] = words[by_module:]
    sys.excepthook = show
    if by_module:
        run_module(words[1])
        return
    path = os.path.join(os.getcwd(), words[0])
    if pkgutil.get_importer(path) is None:
        run_file(path)
    else:
        run_folder(path)


def words_of(arguments: list[str], usage: str, manual: str | None) -> list[str]:
    """The words for run(); shows how the command is used if there is no program among the arguments."""
    words = arguments[1:] if arguments[:1] == ["--"] else arguments
    by_module = words[:1] == ["-m"]
    if words[:1] in (["-h"], ["--help"]):
        print(f"{usage}\n\n{manual}".rstrip())
        sys.exit(0)
    if not words[by_module:] or words[by_module].startswith("-"):
        print(usage, file=sys.stderr)
        sys.exit(2)
    return words
