"""Runs programs in a CPython process, one after the other, each with a clean slate and under the virtual loop.

    python worker.py [--pure] [--plain] [--aiocore replace|install FOLDER]

Programs come on standard input and go back on standard output, in the protocol of workers.py.  They run in a fork of this
process; after some hundreds, and when a program crashes or hangs, the next fork takes over.  Where there is no fork, run_here()
does the same within the process.  --pure: Future and Task are those written in Python; --plain: nothing can be recorded;
--aiocore: the package in this folder is put in place of what it stands for in asyncio (hosts.py).

Exit status of a program, as the scenario language has it: 0, 1 after an uncaught exception, that of SystemExit, 130 after
KeyboardInterrupt, 97 for a deadlock; 124 if it was killed for taking too long, 128 + N for signal N.
"""
from __future__ import annotations

import sys

if "--pure" in sys.argv:
    sys.modules["_asyncio"] = None  # type: ignore[assignment]
HOW = ""
if "--aiocore" in sys.argv:
    HOW, folder = sys.argv[sys.argv.index("--aiocore") + 1 :][:2]
    sys.path.insert(0, folder)
    import aiocore

    aiocore.replace()

import asyncio  # noqa: E402
import contextvars  # noqa: E402
import gc  # noqa: E402
import io  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import traceback  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, BinaryIO  # noqa: E402

# -I keeps this folder off the path.
sys.path.insert(0, str(Path(__file__).resolve().parent))
import virtual_loop  # noqa: E402

if HOW == "install":
    import core_record as listeners  # noqa: E402
    from core_record import Recorder  # noqa: E402
else:
    import listeners  # type: ignore[no-redef]  # noqa: E402
    from recorder import Recorder  # type: ignore[assignment]  # noqa: E402

SECONDS = 10  # of processor time: programs never wait
GENERATION = 200  # programs that one fork runs


@dataclass
class Result:
    """What one program did."""

    status: int
    stdout: str
    stderr: str
    record: str


# ---- One program ----


def execute(name: str, source: str, names: dict[str, Any], recorder: Recorder) -> int:
    """Runs a program; gives the exit status.  The record ends with the last statement, before anything is freed."""
    try:
        try:
            exec(compile(source, name, "exec"), names)
        finally:
            recorder.over = True
    except virtual_loop.Deadlock as error:
        print(error, file=sys.stderr)
        return 97
    except SystemExit as error:
        if error.code is not None and not isinstance(error.code, int):
            print(error.code, file=sys.stderr)
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except KeyboardInterrupt:
        return 130
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def forget_current_task() -> None:
    """CPython 3.14 keeps it for the thread, not for the loop; it may outlive its loop."""
    nobody = object()
    asyncio._set_running_loop(nobody)  # type: ignore[arg-type]
    asyncio.tasks._swap_current_task(nobody, None)  # type: ignore[attr-defined]


def clean_slate() -> None:
    """Nothing is left of the program before.  What it left in cycles may still want to say something: nobody hears that."""
    sys.stdout = sys.stderr = io.StringIO()
    if sys.version_info >= (3, 14) and sys.modules["_asyncio"] is not None:  # asyncio in Python keeps it for the loop
        forget_current_task()
    asyncio._set_running_loop(None)
    asyncio.events._event_loop_policy = None  # it remembers whether a loop was ever set
    gc.collect()
    virtual_loop.CLOCK.reset()


def run_here(name: str, source: str, flags: str) -> Result:
    """Runs one program in this process.

    Flags: r to record; l to put the program's line numbers behind the record's lines; t for real time.
    """
    clean_slate()
    if "r" in flags or "t" in flags:
        listeners.use_clock(real="t" in flags)
    recorder = listeners.begin()
    recorder.file = name if "l" in flags else ""
    out, err = io.StringIO(), io.StringIO()
    sys.stdout, sys.stderr = out, err
    try:
        names: dict[str, Any] = {"__name__": "__main__", "__file__": name}
        status = contextvars.Context().run(execute, name, source, names, recorder)
        del names
        record = recorder.text() if "r" in flags else ""
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    return Result(status & 0xFF, out.getvalue(), err.getvalue(), record)


def install(record: bool) -> None:
    """Once in a process."""
    virtual_loop.install()
    if record:
        listeners.install()


# ---- The protocol ----


def encode(result: Result) -> bytes:
    texts = [text.encode("utf-8", "surrogatepass") for text in (result.stdout, result.stderr, result.record)]
    sizes = " ".join(str(len(text)) for text in texts)
    return b"".join([f"done {result.status} {sizes}\n".encode(), *texts])


def serve(requests: BinaryIO, answers: BinaryIO, most: int) -> bool:
    """Runs so many programs; False if there are no more.  The client waits for each answer, so nothing is read ahead."""
    for _ in range(most):
        header = requests.readline().split()
        if not header:
            return False
        _, _, flags, name_size, source_size = header
        name = requests.read(int(name_size)).decode("utf-8", "surrogateescape")
        source = requests.read(int(source_size)).decode("utf-8", "replace")
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
        answers.write(encode(run_here(name, source, flags.decode())))
        answers.flush()
    return True


def fork_and_serve(requests: BinaryIO, answers: BinaryIO, most: int) -> bool:
    """The same in a fork, which may die of a program: then that one is answered for."""
    pid = os.fork()
    if pid == 0:
        status = 2
        try:
            status = 0 if serve(requests, answers, most) else 1
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status < 0:
        code = 124 if -status == signal.SIGPROF else 128 - status
        answers.write(encode(Result(code, "", f"killed by signal {-status}\n", "")))
        answers.flush()
    return status <= 0


def main() -> None:
    streams: Any = sys
    requests, answers = streams.stdin.detach(), sys.stdout.buffer
    streams.stdin = streams.__stdin__ = io.StringIO()
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it may be ignored, which asyncio.run looks at
    install(record="--plain" not in sys.argv)
    gc.collect()
    gc.freeze()  # what asyncio is made of needs no collecting after each program
    most = 1 if "--plain" in sys.argv else GENERATION  # asyncio's own counter of names begins anew only in a new process
    try:
        while fork_and_serve(requests, answers, most):
            pass
    except BrokenPipeError:  # the client is gone
        os._exit(0)


if __name__ == "__main__":
    main()
