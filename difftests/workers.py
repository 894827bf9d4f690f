"""Long-lived processes that run programs: a CPython build, or aiocore.

Both speak one protocol on standard input and output.  A request is a line and two texts, an answer a line and three:

    run SEMANTICS FLAGS NAME_SIZE SOURCE_SIZE\\n NAME SOURCE
    done STATUS STDOUT_SIZE STDERR_SIZE RECORD_SIZE\\n STDOUT STDERR RECORD

Sizes are in bytes.  FLAGS are letters, "-" for none: r makes the event record (docs/conformance.md), l puts the number of the
program's line behind each of its lines (CPython only), t lets time be real; aiocore alone: c adds the branches of the core that
were taken (src/cli/reached.c), s allows few steps and little memory.  SEMANTICS is "-" for a CPython.  A worker that dies or does
not answer is started again; that program gets the status 128 + N, or 124.
"""
from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tools"))
import pythons  # noqa: E402

LINGER = 2.0  # seconds for a process to end after its pipes
SECONDS = 20.0  # without an answer; a CPython kills a program earlier by itself


@dataclass(frozen=True)
class Program:
    """A program: the name that it sees as its file, and its text."""

    name: str
    source: str


@dataclass(frozen=True)
class Outcome:
    """What a program did on one side."""

    status: int
    stdout: str
    stderr: str
    record: str

    def text(self) -> str:
        """What is compared besides the record: the lines of stdout, then the exit status unless it is 0."""
        text = self.stdout if self.stdout.endswith("\n") or not self.stdout else self.stdout + "\n"
        return text if self.status == 0 else f"{text}[exit status {self.status}]\n"


class NoAnswer(Exception):
    """The process died, or said nothing for too long."""


class Worker:
    """One process.  Not for two threads at a time."""

    def __init__(self, name: str, command: Sequence[str], semantics: str = "-", seed: int | None = None) -> None:
        self.name = name
        self.command = list(command)
        self.semantics = semantics
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        if seed is not None:
            self.environment["PYTHONHASHSEED"] = str(seed)
        self.process: subprocess.Popen[bytes] | None = None
        self.buffer = b""

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process; run() starts another."""
        if self.process is None:
            return
        process, self.process = self.process, None
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
        process.wait()

    def finish(self) -> int:
        """Lets the process end by itself and gives its exit status: a sanitizer may have something to say at the end."""
        if self.process is None or self.process.stdin is None:
            return 0
        self.process.stdin.close()
        try:
            return self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            return 124
        finally:
            self.close()

    def run(self, program: Program, flags: str = "r", semantics: str | None = None) -> Outcome:
        name, source = program.name.encode("utf-8", "surrogateescape"), program.source.encode("utf-8", "surrogatepass")
        header = f"run {semantics or self.semantics} {flags or '-'} {len(name)} {len(source)}\n".encode()
        process = self.process or self.start()
        try:
            assert process.stdin is not None
            process.stdin.write(header + name + source)
            process.stdin.flush()
            return self.answer(process)
        except (NoAnswer, OSError) as error:
            status = ended(process)
            self.close()
            if status is None:
                return Outcome(124, "", f"{self.name}: {error or 'no answer'}\n", "")
            return Outcome(128 - status if status < 0 else 125, "", f"{self.name}: the process ended with {status}\n", "")

    def start(self) -> subprocess.Popen[bytes]:
        self.buffer = b""
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the client, which closes its workers
        )
        return self.process

    # -- reading --

    def answer(self, process: subprocess.Popen[bytes]) -> Outcome:
        words = self.line(process).split()
        if len(words) != 5 or words[0] != b"done":
            raise NoAnswer(f"{self.name} answers {words!r}")
        stdout, stderr, record = (self.take(process, int(size)).decode("utf-8", "replace") for size in words[2:])
        return Outcome(int(words[1]), stdout, stderr, record)

    def line(self, process: subprocess.Popen[bytes]) -> bytes:
        while b"\n" not in self.buffer:
            self.more(process)
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line

    def take(self, process: subprocess.Popen[bytes], size: int) -> bytes:
        while len(self.buffer) < size:
            self.more(process)
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def more(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], SECONDS)
        part = os.read(process.stdout.fileno(), 1 << 20) if ready else b""
        if not part:
            raise NoAnswer("it closed its output" if ready else f"no answer within {SECONDS:.0f} s")
        self.buffer += part


def ended(process: subprocess.Popen[bytes]) -> int | None:
    """The exit status of a process that has closed its pipes or is about to; None if it goes on."""
    try:
        return process.wait(LINGER)
    except subprocess.TimeoutExpired:
        return None


@dataclass(frozen=True)
class Host:
    """aiocore inside a CPython."""

    how: str  # replace or install
    folder: str  # that has the package
    environment: tuple[tuple[str, str], ...] = ()  # which the process needs to run with it


def python_worker(
    build: pythons.Build, seed: int | None = None, pure: bool = False, plain: bool = False, host: Host | None = None
) -> Worker:
    """A build.  With a seed, that is PYTHONHASHSEED; pure: without the C accelerator of asyncio; plain: without ears; host: with
    aiocore in place."""
    command = pythons.command(build)
    if (seed is not None or host is not None) and build.kind != "wasm":
        command = [word for word in command if word != "-I"]  # which would not look at the environment
        command[1:1] = ["-P", "-s"]
    command += [word for word, wanted in (("--pure", pure), ("--plain", plain)) if wanted]
    if host is not None:
        command += ["--aiocore", host.how, host.folder]
    worker = Worker(f"CPython {build.name}" if host is None else f"aiocore.{host.how}() in CPython {build.name}", command, seed=seed)
    worker.environment |= dict(host.environment) if host is not None else {}
    return worker


def aiocore_worker(binary: str, semantics: str) -> Worker:
    return Worker(f"aiocore {semantics}", [os.path.abspath(binary), "batch"], semantics)


def run_once(command: Sequence[str]) -> Outcome:
    """Runs a program of ours that speaks no protocol, from the root of the project."""
    try:
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        return Outcome(124, (error.stdout or b"").decode("utf-8", "replace"), "took too long", "")
    status = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return Outcome(status, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"), "")


# ---- Comparing ----


def first_difference(expected: str, got: str) -> int | None:
    """The index of the first line that differs; None only if the texts are the same to the byte."""
    left, right = expected.split("\n"), got.split("\n")
    for at in range(max(len(left), len(right))):
        if left[at : at + 1] != right[at : at + 1]:
            return at
    return None


def compare(expected: Outcome, got: Outcome) -> str | None:
    """None if both are the same; else what differs first."""
    for what, left, right in (("event", expected.record, got.record), ("line", expected.text(), got.text())):
        if left != right and (at := first_difference(left, right)) is not None:
            lines = [(side.removesuffix("\n").split("\n")[at : at + 1] or ["(nothing)"])[0] for side in (left, right)]
            return f"{what} {at + 1}: {lines[0].strip()} | {lines[1].strip()}"
    return None
