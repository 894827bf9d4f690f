"""What the commands in difftests/ have in common: how their arguments are read, and how they end.

A broken pipe is an error like any other here, as Python has it: a worker that has died must not take the whole run with it.
"""
from __future__ import annotations

import argparse
import errno
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

INTERRUPTED = 130  # by Ctrl-C
CLOSED = 141  # whoever read the output has gone
TERMINATED = 143  # by kill


# ---- Arguments ----


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 on")
    return int(text)


def natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 0 on")
    return int(text)


def shard(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not number.isdecimal() or not of.isdecimal() or not 1 <= int(number) <= int(of):
        raise argparse.ArgumentTypeError(f"'{text}' is no K/N with K from 1 to N")
    return int(number), int(of)


def version(text: str) -> str:
    """3, 3.14 or 3.14.10."""
    if not re.fullmatch(r"\d+(\.\d+){0,2}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no version like 3.14 or 3.14.10")
    return text


def program(text: str) -> str:
    """A file that can be run."""
    if not os.path.isfile(text) or not os.access(text, os.X_OK):
        raise argparse.ArgumentTypeError(f"'{text}' is no program")
    return text


def file(text: str) -> Path:
    if not os.path.isfile(text):
        raise argparse.ArgumentTypeError(f"'{text}' is no file")
    return Path(text)


def new_folder(text: str) -> Path:
    """Where files will be put.  That this is impossible is to be known before a run of an hour, not after it."""
    there = next(path for path in (Path(text).absolute(), *Path(text).absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise argparse.ArgumentTypeError(f"'{text}' is no folder, and none can be made there")
    return Path(text)


def new_file(text: str) -> Path:
    """A file that will be written."""
    if os.path.isdir(text) or (os.path.exists(text) and not os.access(text, os.W_OK)):
        raise argparse.ArgumentTypeError(f"'{text}' cannot be written")
    new_folder(str(Path(text).parent))
    return Path(text)


# ---- The end ----


class Ended(Exception):
    """The run is over before this task of it."""


@contextmanager
def threads(jobs: int) -> Iterator[tuple[ThreadPoolExecutor, Callable[[], None]]]:
    """A pool, and what its long tasks call now and then: it ends them if the run is being ended, by Ctrl-C for one."""
    over = threading.Event()

    def go_on() -> None:
        if over.is_set():
            raise Ended

    with ThreadPoolExecutor(jobs) as pool:
        try:
            yield pool, go_on
        except BaseException:
            over.set()
            raise


def run(main: Callable[[list[str]], int], arguments: Sequence[str]) -> int:
    """Calls main; gives the exit status.  Ctrl-C, a closed pipe, a file that cannot be written are told without a traceback."""
    try:
        status = main(list(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # threads are waited for; who is impatient need not wait
        return INTERRUPTED
    except BrokenPipeError:
        give_up_output()
        return CLOSED
    except OSError as error:
        if error.filename is None and error.errno != errno.ENOSPC:
            raise
        print(f"{Path(sys.argv[0]).stem}: {error.filename or 'the output'}: {error.strerror}", file=sys.stderr)
        give_up_output()
        return 2


def give_up_output() -> None:
    """What is still to be flushed at the end goes nowhere."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def end(main: Callable[[list[str]], int]) -> NoReturn:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # temporary folders and workers go as at any other end
    sys.exit(run(main, sys.argv[1:]))
