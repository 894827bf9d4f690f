"""What a part of a test run found, and how it is shown: the lines as they come, the table at the end, JSON."""
from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

CHECK_LINE = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$", re.MULTILINE)
COUNT_LINE = re.compile(r"^(?:[\w-]+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?(?: \([\d.]+ s\))?$", re.MULTILINE)
SKIP_LINE = re.compile(r"^skipped[:,] (.*)$", re.MULTILINE)
TAIL = 60  # lines of output that are shown of a failure


@dataclass
class Program:
    """One test program: its counts are test cases, as it says itself."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    line: str = ""  # its own summary


@dataclass
class Part:
    """One part of a run."""

    name: str
    programs: list[Program] = field(default_factory=list)
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)  # the reasons of skips
    log: str = ""  # what is shown if something failed

    def total(self, what: str) -> int:
        return sum(getattr(program, what) for program in self.programs)


def counted(name: str, output: str, result: str, seconds: float) -> Program:
    """Reads how many cases a program ran from what it printed; a program that says nothing is one case."""
    program = Program(name, seconds=seconds)
    checks, counts = list(CHECK_LINE.finditer(output)), list(COUNT_LINE.finditer(output))
    if checks:
        total, failures, errors = (sum(int(match[group]) for match in checks) for group in (1, 2, 3))
        program.failed = failures + errors
        program.passed = total - program.failed
        program.line = checks[-1][0]
    elif counts:
        program.passed, program.failed = int(counts[-1][1]), int(counts[-1][2])
        program.skipped = int(counts[-1][3] or 0)
        program.line = counts[-1][0]
    elif result == "OK":
        program.passed = 1
        lines = output.strip().splitlines()
        program.line = lines[-1][:90] if lines else "ok"
    elif result == "SKIP":
        program.skipped, program.line = 1, "skipped"
    if result not in ("OK", "SKIP", "EXPECTEDFAIL") and program.failed == 0:
        program.failed = 1  # it crashed, hung, or failed without saying where
        program.line = f"{program.line} {result}".strip()
    return program


def one(name: str, good: bool, output: str, seconds: float = 0.0) -> Program:
    return counted(name, output, "OK" if good else "FAIL", seconds)


def skips(output: str) -> list[str]:
    return [reason if len(reason) <= 160 else reason[:157] + "..." for reason in SKIP_LINE.findall(output)]


class Reporter:
    """Shows parts as they end.  With --json the lines go to standard error and the document to standard output."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.parts: list[Part] = []
        self.stream = sys.stderr if as_json else sys.stdout

    def say(self, text: str) -> None:
        print(text, file=self.stream, flush=True)

    def begin(self, name: str, purpose: str) -> None:
        self.say(f"== {name}: {purpose}")

    def end(self, part: Part) -> None:
        self.parts.append(part)
        for program in part.programs:
            mark = "✗" if program.failed else "✓" if program.passed else "–"
            self.say(f"   {mark} {program.name:32} {program.line}  ({program.seconds:.1f} s)")
        for note in part.notes:
            self.say(f"   skipped: {note}")
        if part.total("failed") and part.log:
            lines = part.log.rstrip().splitlines()
            shown = lines[-2 * TAIL :]
            self.say("\n".join(f"   | {line}" for line in shown))

    def total(self, what: str) -> int:
        return sum(part.total(what) for part in self.parts)

    def finish(self) -> int:
        """The table, the last line, and the exit status."""
        self.say("")
        for part in self.parts:
            failed, skipped = part.total("failed"), part.total("skipped")
            mark = "✗" if failed else "✓" if part.total("passed") else "–"
            counts = f"{part.total('passed'):5} passed {failed:3} failed {skipped:3} skipped"
            self.say(f" {mark} {part.name:12} {counts} {part.seconds:7.1f} s")
        if self.as_json:
            document = {
                "passed": self.total("passed"),
                "failed": self.total("failed"),
                "skipped": self.total("skipped"),
                "parts": [asdict(part) for part in self.parts],
            }
            print(json.dumps(document, indent=1))
        self.say(f"aiocore: {self.total('passed')} passed, {self.total('failed')} failed, {self.total('skipped')} skipped")
        return 1 if self.total("failed") or not self.total("passed") else 0


def from_meson(log: Path) -> tuple[list[Program], list[str], str]:
    """The programs of a meson test run, the reasons of skips, and the output of those that failed."""
    programs: list[Program] = []
    notes: list[str] = []
    failures: list[str] = []
    for text in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(text)
        output = entry.get("stdout") or ""
        name = entry["name"].split(":")[-1].strip().split(" / ")[-1]
        program = counted(name, output, entry["result"], entry["duration"])
        programs.append(program)
        notes += skips(output)
        if program.failed:
            tail = (output + (entry.get("stderr") or "")).rstrip().splitlines()[-TAIL:]
            failures.append(f"--- {name}: {entry['result']}\n" + "\n".join(tail))
    return sorted(programs, key=lambda program: program.name), notes, "\n".join(failures)
