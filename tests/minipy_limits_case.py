"""One case of minipy_limits.py: a file, how aiocore is called with it, and what must come of it."""
from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

SECONDS = 20.0
MEGABYTES = 1000.0 if os.environ.get("AIOCORE_BRIEF") else 3000.0
POLL = 0.005
FULL_DEVICE = "/dev/full"


@dataclass(frozen=True)
class Case:
    """The file is the source, in UTF-8 if it is text, or what calling it gives."""

    name: str
    source: str | bytes | Callable[[], bytes] = ""
    options: tuple[str, ...] = ()
    status: int | tuple[int, ...] = 0
    out: str | None = None  # the whole standard output
    err: str = ""  # a part of standard error
    command: str = "run"
    file: str | None = None  # what stands where the file's name would; None: the file
    stdin: bool = False  # the source comes by standard input
    stdout: str = ""  # "closed", "full", or "" for an ordinary one
    interrupts: tuple[float, ...] = ()  # after how many seconds a Ctrl-C comes, each from the one before
    seconds: float = SECONDS
    megabytes: float = MEGABYTES

    def bytes(self) -> bytes:
        source = self.source() if callable(self.source) else self.source
        return source.encode() if isinstance(source, str) else source


@dataclass
class Outcome:
    status: int = 0
    out: str = ""
    err: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    trouble: list[str] = field(default_factory=list)


def command_of(case: Case, aiocore: Path, file: Path) -> list[str]:
    name = str(file) if case.file is None else case.file
    return [str(aiocore), case.command, *case.options, *([name] if name else [])]


def close_stdout() -> None:
    os.close(1)


def start(case: Case, command: list[str], file: Path, out: IO[bytes], err: IO[bytes]) -> subprocess.Popen[bytes]:
    closed = close_stdout if case.stdout == "closed" else None
    with open(file if case.stdin else os.devnull, "rb") as source:
        if case.stdout != "full":
            return subprocess.Popen(command, stdin=source, stdout=out, stderr=err, cwd=file.parent, preexec_fn=closed)
        with open(FULL_DEVICE, "wb") as full:
            return subprocess.Popen(command, stdin=source, stdout=full, stderr=err, cwd=file.parent)


def wait(case: Case, pid: int, limit: float) -> tuple[int, float, float]:
    """The wait status, seconds and megabytes; interrupts as the case wants, and kills at the limit."""
    begin = time.monotonic()
    pending = list(case.interrupts)
    due = begin + (pending.pop(0) if pending else float("inf"))
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        now = time.monotonic()
        if ended:
            return status, now - begin, usage.ru_maxrss / 1024
        if now >= due:
            os.kill(pid, signal.SIGINT)
            due = now + (pending.pop(0) if pending else float("inf"))
        if now - begin > limit:
            os.kill(pid, signal.SIGKILL)
        time.sleep(POLL)


def compare(case: Case, outcome: Outcome, slow: float) -> list[str]:
    trouble = []
    wanted = (case.status,) if isinstance(case.status, int) else case.status
    if outcome.seconds > case.seconds * slow:
        trouble.append(f"took more than {case.seconds * slow:.0f} s")
    elif outcome.status not in wanted:
        trouble.append(f"status {outcome.status}, not {' or '.join(map(str, wanted))}")
    if slow == 1.0 and outcome.megabytes > case.megabytes:
        trouble.append(f"took {outcome.megabytes:.0f} MB, more than {case.megabytes:.0f}")
    if case.out is not None and outcome.out != case.out:
        trouble.append(f"wrote {outcome.out[:200]!r}, not {case.out[:200]!r}")
    if case.err not in outcome.err:
        trouble.append(f"{case.err!r} is not in what it reported: {outcome.err[-300:]!r}")
    elif trouble and outcome.err:
        trouble.append(f"reported {outcome.err[-300:]!r}")
    return trouble


def run_case(case: Case, aiocore: Path, folder: Path, slow: float) -> Outcome:
    file = folder / "case.py"
    file.write_bytes(case.bytes())
    outcome = Outcome()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = start(case, command_of(case, aiocore, file), file, out, err)
        status, outcome.seconds, outcome.megabytes = wait(case, process.pid, case.seconds * slow + 1)
        process.returncode = outcome.status = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        outcome.out = out.read().decode(errors="replace")
        outcome.err = err.read().decode(errors="replace")
    outcome.trouble = compare(case, outcome, slow)
    return outcome
