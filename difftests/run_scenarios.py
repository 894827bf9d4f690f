#!/usr/bin/env python3
"""Runs every scenario on every CPython that is found and on aiocore; compares standard output and exit status.

    run_scenarios.py --bin build/gcc/src/cli/aiocore                      everything
    run_scenarios.py --bin ... task/ cancel_twice FILE.py                 only these
    run_scenarios.py --bin ... --semantics 3.14                           only with CPython 3.14.x
    run_scenarios.py --record                                             writes recorded/ from the CPythons found
    run_scenarios.py --seeds                                              do they print the same under every hash seed?

One process per build runs all files under the virtual loop; aiocore runs each with "run --virtual-time --semantics
VERSION FILE", VERSION being what the build says it is.  A release that was recorded but is not at hand is compared with
by its recorded outputs.

Exit status: 0 all passed, 1 something differs, 2 nothing to compare or a wrong argument.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import corpus  # noqa: E402
from corpus import Column, Scenario  # noqa: E402
from sides import SideFailed, canonical, key_of, pythons, run_program, run_python  # noqa: E402

SEEDS = (0, 1, 20251)
NOTHING = "(nothing)"


@dataclass(frozen=True)
class Verdict:
    """How one scenario fared against one version."""

    scenario: str
    version: str
    state: str  # passed, failed, skipped
    reason: str = ""  # why it was skipped; else aiocore's last words on stderr
    line: int = 0  # of the output
    before: str = ""  # the line above it, which is the same on both sides
    cpython: str = ""
    aiocore: str = ""


# ---- running -------------------------------------------------------------------------------------------------


def run_build(build: pythons.Build, scenarios: list[Scenario], seed: int | None = None) -> Column:
    """Runs the scenarios that this version can run."""
    column = Column(build.version, build.path)
    fit = [scenario for scenario in scenarios if scenario.requires <= build.key]
    results = run_python(build, [scenario.path for scenario in fit], seed) if fit else {}
    for scenario in fit:
        result = results[scenario.path]
        column.expected[scenario.name] = canonical(result["stdout"], result["status"])
    return column


def is_meant(version: str, wanted: list[str]) -> bool:
    """True for 3.14.10 if 3.14.10, 3.14 or nothing in particular is wanted."""
    return not wanted or any(key_of(version)[: len(key_of(word))] == key_of(word) for word in wanted)


def columns_of(
    options: argparse.Namespace, scenarios: list[Scenario], pool: concurrent.futures.Executor
) -> list[Column]:
    """What is to be printed, per version: from the builds found, else from what was recorded."""
    builds = [] if options.recorded else pythons.find(options.python)
    builds = [build for build in builds if is_meant(build.version, options.semantics)]
    columns = list(pool.map(lambda build: run_build(build, scenarios), builds))
    if not options.record:
        at_hand = {column.version for column in columns}
        versions = [version for version in corpus.recorded_versions() if is_meant(version, options.semantics)]
        columns += [corpus.recorded(version, scenarios) for version in versions if version not in at_hand]
    return sorted(columns, key=lambda column: key_of(column.version))


def judge(scenario: Scenario, column: Column, program: str) -> Verdict:
    """Compares one scenario with one version."""
    if scenario.requires > key_of(column.version):
        need = ".".join(map(str, scenario.requires))
        return Verdict(scenario.name, column.version, "skipped", f"requires CPython {need}")
    if scenario.name not in column.expected:
        return Verdict(scenario.name, column.version, "skipped", "no recorded output")
    expected = column.expected[scenario.name]
    command = [program, "run", "--virtual-time", "--semantics", column.version, scenario.path]
    actual, words = run_program(command)
    if expected == actual:
        return Verdict(scenario.name, column.version, "passed")
    pairs = list(zip_longest(expected.splitlines(), actual.splitlines(), fillvalue=NOTHING))
    number = next(i for i, (left, right) in enumerate(pairs) if left != right)
    before = pairs[number - 1][0] if number else ""
    left, right = pairs[number]
    return Verdict(scenario.name, column.version, "failed", words, number + 1, before, left, right)


def try_seeds(builds: list[pythons.Build], scenarios: list[Scenario], pool: concurrent.futures.Executor) -> int:
    """Runs the scenarios under several hash seeds; names those that print something else under one."""
    unsteady = 0
    for build in builds:
        columns = list(pool.map(lambda seed: run_build(build, scenarios, seed), SEEDS))
        for name in columns[0].expected:
            if len({column.expected[name] for column in columns}) > 1:
                print(f"{name} on {build.version}: the hash seed shows")
                unsteady += 1
    count = len(builds) * len(scenarios)
    print(f"seeds: {count - unsteady} passed, {unsteady} failed, 0 skipped")
    return 1 if unsteady or not count else 0


# ---- what is shown -------------------------------------------------------------------------------------------


def difference(verdict: Verdict, path: str, versions: list[str]) -> list[str]:
    """The first difference; the same on all these versions."""
    lines = [f"{path} on {', '.join(versions)}, line {verdict.line} of the output:"]
    if verdict.before:
        lines.append(f"              {verdict.before}")
    lines += [f"    - CPython {verdict.cpython}", f"    + aiocore {verdict.aiocore}"]
    return lines + [f"    stderr: {line}" for line in verdict.reason.splitlines()[-3:]]


def differences(scenarios: list[Scenario], verdicts: list[Verdict]) -> list[str]:
    """All first differences; versions with the same one share an entry."""
    paths = {scenario.name: scenario.path for scenario in scenarios}
    groups: dict[tuple[object, ...], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.state == "failed":
            key = (verdict.scenario, verdict.line, verdict.cpython, verdict.aiocore)
            groups.setdefault(key, []).append(verdict)
    lines: list[str] = []
    for group in groups.values():
        lines += difference(group[0], paths[group[0].scenario], [each.version for each in group])
    return lines


def table(scenarios: list[Scenario], columns: list[Column], verdicts: list[Verdict]) -> list[str]:
    """Areas against versions: how many of those that ran passed."""
    areas = {scenario.name: scenario.area for scenario in scenarios}
    ran: dict[tuple[str, str], int] = {}
    passed: dict[tuple[str, str], int] = {}
    for verdict in verdicts:
        cell = areas[verdict.scenario], verdict.version
        ran[cell] = ran.get(cell, 0) + (verdict.state != "skipped")
        passed[cell] = passed.get(cell, 0) + (verdict.state == "passed")
    width = max(len(area) for area in areas.values())
    lines = [f"{'':{width}}" + "".join(f"{column.version:>10}" for column in columns)]
    for area in dict.fromkeys(areas.values()):
        cells = [f"{passed[area, column.version]}/{ran[area, column.version]}" for column in columns]
        lines.append(f"{area:{width}}" + "".join(f"{cell:>10}" for cell in cells))
    return lines


def skips(verdicts: list[Verdict], columns: list[Column], recorded_only: bool) -> list[str]:
    """Which releases were not at hand, and which scenarios were skipped, one line for each reason."""
    lines: list[str] = []
    absent = [column.version for column in columns if column.source == "recorded"]
    if absent and not recorded_only:
        lines.append(f"not at hand, compared with what was recorded: CPython {', '.join(absent)}")
    reasons: dict[str, dict[str, list[str]]] = {}
    for verdict in verdicts:
        if verdict.state == "skipped":
            reasons.setdefault(verdict.reason, {}).setdefault(verdict.scenario, []).append(verdict.version)
    for reason, cases in reasons.items():
        versions = dict.fromkeys(version for each in cases.values() for version in each)
        lines.append(f"skipped, {reason}: {', '.join(cases)} on {', '.join(versions)}")
    return lines


def outdated(scenarios: list[Scenario], columns: list[Column]) -> list[str]:
    """Recorded outputs that are not what the build prints now."""
    lines: list[str] = []
    for column in columns:
        old = corpus.recorded(column.version, scenarios).expected
        wrong = [name for name, text in column.expected.items() if name in old and old[name] != text]
        if wrong:
            lines.append(f"recorded of CPython {column.version}, but not what it prints (--record): {', '.join(wrong)}")
    return lines


def report(scenarios: list[Scenario], columns: list[Column], verdicts: list[Verdict], recorded_only: bool) -> None:
    print("\n".join(table(scenarios, columns, verdicts)))
    lines = differences(scenarios, verdicts) + skips(verdicts, columns, recorded_only)
    for line in lines + outdated(scenarios, columns):
        print(line)


# ---- the command ---------------------------------------------------------------------------------------------


def parser_of_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compares aiocore with CPython, scenario by scenario.")
    parser.add_argument("wanted", nargs="*", metavar="FILE|WORD", help="only these, or with these words in their names")
    parser.add_argument("--bin", metavar="PATH", help="the aiocore program")
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="a CPython to use, too")
    parser.add_argument(
        "--semantics", action="append", default=[], metavar="VERSION", help="only CPythons of this version, as 3.14"
    )
    parser.add_argument("--recorded", action="store_true", help="compare with the recorded outputs, run no CPython")
    parser.add_argument("--record", action="store_true", help="only write down what the CPythons print")
    parser.add_argument("--seeds", action="store_true", help="only look whether the hash seed shows on CPython")
    parser.add_argument("--list", action="store_true", help="only say what each scenario shows")
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="programs at a time")
    return parser


def show_list(scenarios: list[Scenario], as_json: bool) -> int:
    if as_json:
        print(json.dumps([asdict(scenario) for scenario in scenarios], indent=1))
        return 0
    width = max(len(scenario.name) for scenario in scenarios)
    for scenario in scenarios:
        need = f"  ({'.'.join(map(str, scenario.requires))}+)" if scenario.requires else ""
        print(f"{scenario.name:{width}}  {scenario.shows.splitlines()[0] if scenario.shows else ''}{need}")
    return 0


def write_records(scenarios: list[Scenario], columns: list[Column], whole: bool) -> int:
    for column in columns:
        changed = corpus.record(column, scenarios, whole)
        print(f"scenarios: recorded {len(column.expected)} outputs of CPython {column.version}, {changed} changed")
    return 0 if columns else 2


def compare(options: argparse.Namespace, scenarios: list[Scenario], pool: concurrent.futures.Executor) -> int:
    """Runs both sides, shows what came of it, gives the exit status."""
    started = time.monotonic()
    columns = columns_of(options, scenarios, pool)
    if options.record:
        return write_records(scenarios, columns, not options.wanted)
    program = os.path.abspath(options.bin)
    cases = [(scenario, column) for scenario in scenarios for column in columns]
    verdicts = list(pool.map(lambda case: judge(case[0], case[1], program), cases))
    count = {state: sum(verdict.state == state for verdict in verdicts) for state in ("passed", "failed", "skipped")}
    if options.json:
        sources = {column.version: column.source for column in columns}
        print(json.dumps({"versions": sources, **count, "verdicts": [asdict(each) for each in verdicts]}, indent=1))
    elif columns:
        report(scenarios, columns, verdicts, options.recorded)
        totals = ", ".join(f"{number} {state}" for state, number in count.items())
        print(f"scenarios: {totals} ({time.monotonic() - started:.1f} s)")
    if not count["passed"] and not count["failed"]:
        print("scenarios: there was nothing to compare", file=sys.stderr)
        return 2
    return 1 if count["failed"] else 0


def main(arguments: list[str]) -> int:
    parser = parser_of_arguments()
    options = parser.parse_args(arguments)
    scenarios, unknown = corpus.select(options.wanted)
    if unknown:
        parser.error(f"no scenario is called {unknown[0]}")
    if not scenarios:
        parser.error("there are no scenarios")
    if bad := [word for word in options.semantics if not all(part.isdigit() for part in word.split("."))]:
        parser.error(f"{bad[0]} is no version")
    if options.list:
        return show_list(scenarios, options.json)
    if not options.record and not options.seeds:
        if not options.bin:
            parser.error("--bin says where aiocore is")
        if not (os.path.isfile(options.bin) and os.access(options.bin, os.X_OK)):
            parser.error(f"{options.bin} is no program")
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        try:
            if options.seeds:
                builds = [build for build in pythons.find(options.python) if is_meant(build.version, options.semantics)]
                return try_seeds(builds, scenarios, pool)
            return compare(options, scenarios, pool)
        except pythons.NotAPython as error:
            parser.error(str(error))
        except SideFailed as error:
            print(f"scenarios: {error}", file=sys.stderr)
            return 2


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # "... --list | head" ends quietly
    sys.exit(main(sys.argv[1:]))
