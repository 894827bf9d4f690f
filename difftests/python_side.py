"""Runs scenario files in one CPython process and prints, as JSON, what each of them wrote and how it ended.

    python python_side.py FILE...      {"FILE": {"stdout": "...", "stderr": "...", "status": 0}, ...}

Each file runs in a fork of this process, which has asyncio loaded: that is fast, and a scenario that hangs, crashes or
leaves a loop behind disturbs no other.  Every fork begins with the same default-name counter and a clock at 0.0.
Exit status of a scenario, as the scenario language has it: 0, 1 after an uncaught exception, that of SystemExit, 130
after KeyboardInterrupt, 97 for a deadlock; 124 if it was killed for taking too long, 128 + N for signal N.
"""
from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, BinaryIO

# -I keeps this folder off the path; the loop is the only thing needed from it.
sys.path.insert(0, str(Path(__file__).resolve().parent))
import virtual_loop  # noqa: E402

SECONDS = 10  # of processor time: scenarios never wait


def execute(path: str) -> int:
    """Runs a file as __main__; gives the exit status."""
    source = Path(path).read_text(encoding="utf-8")
    try:
        exec(compile(source, path, "exec"), {"__name__": "__main__", "__file__": path})
    except virtual_loop.Deadlock as error:
        print(error, file=sys.stderr)
        return 97
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except KeyboardInterrupt:
        return 130
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def child(path: str, out: BinaryIO, err: BinaryIO) -> None:
    """The whole life of a fork; does not return."""
    status = 1
    try:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        virtual_loop.install()
        status = execute(path)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status & 0xFF)


def run(path: str) -> dict[str, Any]:
    """Runs one file in a fork and reads what it wrote."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            child(path, out, err)
        _, waited = os.waitpid(pid, 0)
        status = os.waitstatus_to_exitcode(waited)
        if status < 0:
            status = 124 if -status == signal.SIGPROF else 128 - status
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return {"stdout": texts[0], "stderr": texts[1], "status": status}


def main(paths: list[str]) -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    results = {path: run(path) for path in paths}
    json.dump({"version": "%d.%d.%d" % sys.version_info[:3], "results": results}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
