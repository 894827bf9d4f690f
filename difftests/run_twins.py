#!/usr/bin/env python3
"""Runs every twin on every CPython that is found, and its C half with that version's profile; compares line by line.

A twin is a pair in twins/: NAME.py, an asyncio program, and NAME.c, the same program on the C host.  What CPython prints
is right.  One process per build runs all Python files; each C program gets the build's version as its first argument.
Where no CPython is found the recorded outputs are compared with instead (recorded/VERSION/NAME.out, which only --record
writes, from real runs).  A twin whose docstring says "needs: 3.15" is skipped on older builds.

Exit status: 0 all passed, 1 something differs, 2 nothing to compare or a wrong argument.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import command  # noqa: E402
from corpus import key_of  # noqa: E402
from workers import Program, first_difference, python_worker, pythons, run_once  # noqa: E402

TWINS = HERE / "twins"
RECORDED = HERE / "recorded"
TAIL = 2000  # characters of stderr that are kept


@dataclass(frozen=True)
class Twin:
    """One pair of programs."""

    name: str
    rule: str
    needs: tuple[int, ...]

    @property
    def source(self) -> Path:
        return TWINS / f"{self.name}.py"


@dataclass
class Column:
    """One version of CPython: what each twin prints there, and where that is known from."""

    version: str
    source: str  # the path of the build, or "recorded"
    expected: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """How one twin fared against one version."""

    twin: str
    version: str
    state: str  # passed, failed, skipped
    reason: str = ""
    line: int = 0
    cpython: str = ""
    aiocore: str = ""


def load_twins(wanted: list[str]) -> list[Twin]:
    """All twins, or those whose names contain one of the words."""
    twins: list[Twin] = []
    for path in sorted(TWINS.glob("*.py")):
        if wanted and not any(word in path.stem for word in wanted):
            continue
        doc = re.match(r'"""(.*?)"""', path.read_text(encoding="utf-8"), re.DOTALL)
        rule = doc.group(1).strip() if doc else ""
        need = re.search(r"needs: (\d+(?:\.\d+)*)", rule)
        twins.append(Twin(path.stem, rule, key_of(need.group(1)) if need else ()))
    return twins


# ---- the Python side -----------------------------------------------------------------------------------------


def run_build(build: pythons.Build, twins: list[Twin]) -> Column:
    """Runs the Python files of all twins that this version can run."""
    column = Column(build.version, build.path)
    fit = [twin for twin in twins if twin.needs <= build.key]
    with python_worker(build) as worker:
        for twin in fit:
            program = Program(str(twin.source), twin.source.read_text(encoding="utf-8"))
            column.expected[twin.name] = worker.run(program, "-").text()
    return column


def recorded_columns(twins: list[Twin]) -> list[Column]:
    """The recorded outputs, oldest version first."""
    columns: list[Column] = []
    folders = [path for path in RECORDED.glob("*") if re.fullmatch(r"\d+\.\d+\.\d+", path.name)]
    for folder in sorted(folders, key=lambda path: key_of(path.name)):
        column = Column(folder.name, "recorded")
        for twin in twins:
            path = folder / f"{twin.name}.out"
            if path.is_file():
                column.expected[twin.name] = path.read_text(encoding="utf-8")
        columns.append(column)
    return columns


def record(columns: list[Column], all_twins: bool) -> None:
    """Writes what real builds printed; forgets outputs of twins that are gone."""
    for column in columns:
        folder = RECORDED / column.version
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in column.expected.items():
            (folder / f"{name}.out").write_text(text, encoding="utf-8")
        if all_twins:
            for path in folder.glob("*.out"):
                if path.stem not in column.expected:
                    path.unlink()
        print(f"twins: recorded {len(column.expected)} outputs of CPython {column.version}")


# ---- the C side ------------------------------------------------------------------------------------------------


def run_c(program: Path, version: str) -> tuple[str, str]:
    """Runs one C twin with a profile; gives what is compared, and its last words on stderr."""
    outcome = run_once([str(program), version])
    return outcome.text(), outcome.stderr.strip()[-TAIL:]


def judge(twin: Twin, column: Column, folder: Path) -> Verdict:
    """Compares one twin with one version."""
    if twin.needs > key_of(column.version):
        need = ".".join(map(str, twin.needs))
        return Verdict(twin.name, column.version, "skipped", f"needs CPython {need}")
    if twin.name not in column.expected:
        return Verdict(twin.name, column.version, "skipped", "no recorded output")
    program = folder / twin.name
    if not program.is_file():
        return Verdict(twin.name, column.version, "failed", f"there is no program {twin.name}")
    expected = column.expected[twin.name]
    actual, words = run_c(program, column.version)
    if expected == actual:
        return Verdict(twin.name, column.version, "passed")
    at = first_difference(expected, actual) or 0
    left, right = ((text.splitlines()[at : at + 1] or ["(nothing)"])[0] for text in (expected, actual))
    return Verdict(twin.name, column.version, "failed", words, at + 1, left, right)


# ---- which twin notices which flag ---------------------------------------------------------------------------------


def flag_names() -> list[str]:
    """The flags of semantics.h, in order."""
    header = (HERE.parent / "include" / "aiocore" / "semantics.h").read_text(encoding="utf-8")
    names = re.findall(r"^    AC_S_([A-Z_]+)(?:,| /)", header, re.MULTILINE)
    return [name.lower() for name in names if name != "FLAGS"]


def notices(twin: Twin, folder: Path, flag: str, base: str) -> bool:
    """True if a profile with and one without the flag make the C half print something else."""
    with_flag, without = (run_c(folder / twin.name, f"{base}{sign}{flag}")[0] for sign in "+-")
    return with_flag != without


def show_flags(twins: list[Twin], folder: Path, pool: concurrent.futures.Executor) -> int:
    """For each flag the twins that tell it from its absence, on top of the oldest or the newest release."""
    unseen = 0
    for flag in flag_names():
        cases = [(twin, base) for twin in twins for base in ("3.12.0", "3.15")]
        seen = pool.map(lambda case: notices(case[0], folder, flag, case[1]), cases)
        names = dict.fromkeys(twin.name for (twin, _), saw in zip(cases, seen) if saw)
        unseen += not names
        print(f"{flag:38} {', '.join(names) or 'no twin notices it'}", flush=True)
    return 1 if unseen else 0


# ---- what is shown -------------------------------------------------------------------------------------------------


def difference(verdict: Verdict, versions: list[str]) -> list[str]:
    """The first difference, as two columns; the same on all these versions."""
    head = f"{verdict.twin} on {', '.join(versions)}"
    if verdict.line == 0:
        return [f"{head}: {verdict.reason}"]
    width = max(len("CPython"), len(verdict.cpython))
    lines = [f"{head}, first difference in line {verdict.line}:"]
    lines += [f"    {'CPython':{width}} | aiocore", f"    {verdict.cpython:{width}} | {verdict.aiocore}"]
    if verdict.reason:
        lines += [f"    stderr: {line}" for line in verdict.reason.splitlines()[-3:]]
    return lines


def differences(verdicts: list[Verdict]) -> list[str]:
    """All first differences; versions with the same one share an entry."""
    groups: dict[tuple[object, ...], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.state == "failed":
            key = (verdict.twin, verdict.line, verdict.cpython, verdict.aiocore)
            groups.setdefault(key, []).append(verdict)
    return [line for group in groups.values() for line in difference(group[0], [each.version for each in group])]


def table(twins: list[Twin], columns: list[Column], verdicts: list[Verdict]) -> list[str]:
    """Twins against versions: a tick, a cross, or a dash for skipped."""
    marks = {"passed": "✓", "failed": "✗", "skipped": "-"}
    cells = {(verdict.twin, verdict.version): marks[verdict.state] for verdict in verdicts}
    width = max(len(twin.name) for twin in twins)
    lines = [f"{'':{width}}  " + "  ".join(column.version for column in columns)]
    for twin in twins:
        row = (f"{cells[twin.name, column.version]:^{len(column.version)}}" for column in columns)
        lines.append(f"{twin.name:{width}}  " + "  ".join(row).rstrip())
    return lines


def report(twins: list[Twin], columns: list[Column], verdicts: list[Verdict], seconds: float) -> None:
    print("\n".join(table(twins, columns, verdicts)))
    reasons: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.state == "skipped":
            reasons.setdefault(verdict.reason, []).append(f"{verdict.twin} on {verdict.version}")
    for line in differences(verdicts):
        print(line)
    for reason, cases in reasons.items():
        print(f"skipped, {reason}: {', '.join(cases)}")
    count = {state: sum(1 for verdict in verdicts if verdict.state == state) for state in ("passed", "failed", "skipped")}
    print(f"twins: {count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped ({seconds:.1f} s)")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev twins", description="Compares the C host with CPython, program by program.")
    parser.add_argument("words", nargs="*", metavar="WORD", help="only twins whose names contain a word")
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="a CPython to use, too")
    parser.add_argument("--bin", metavar="DIR", help="the folder with the compiled twins")
    parser.add_argument("--recorded", action="store_true", help="compare with the recorded outputs, run no CPython")
    parser.add_argument("--record", action="store_true", help="only write down what the CPythons print")
    parser.add_argument("--flags", action="store_true", help="show which twins notice which semantics flag")
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    parser.add_argument("--jobs", type=command.positive, default=os.cpu_count() or 1, metavar="N", help="programs at a time")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    if not options.bin and (options.flags or not options.record):
        parser.error("--bin says where the compiled twins are")
    twins = load_twins(options.words)
    if not twins:
        parser.error(f"no twin has a name with {' or '.join(options.words)} in it")
    if options.bin and not any((Path(options.bin) / twin.name).is_file() for twin in twins):
        parser.error(f"there is no compiled twin in {options.bin}")
    try:
        builds = [] if options.recorded or options.flags else pythons.find(options.python)
    except pythons.NotAPython as error:
        parser.error(str(error))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        if options.flags:
            return show_flags(twins, Path(options.bin).resolve(), pool)
        columns = list(pool.map(lambda build: run_build(build, twins), builds))
        if options.record:
            record(columns, not options.words)
            return 0 if columns else 2
        if not columns:
            columns = recorded_columns(twins)
            versions = ", ".join(column.version for column in columns)
            print(f"twins: no CPython is run; compared with the outputs recorded of {versions or 'no version'}",
                  file=sys.stderr)
        folder = Path(options.bin).resolve()
        cases = [(twin, column) for twin in twins for column in columns]
        verdicts = list(pool.map(lambda case: judge(case[0], case[1], folder), cases))
    if options.json:
        sources = {column.version: column.source for column in columns}
        print(json.dumps({"versions": sources, "verdicts": [asdict(verdict) for verdict in verdicts]}, indent=1))
    else:
        report(twins, columns, verdicts, time.monotonic() - started)
    if not verdicts:
        return 2
    return 1 if any(verdict.state == "failed" for verdict in verdicts) else 0


if __name__ == "__main__":
    command.end(main)
