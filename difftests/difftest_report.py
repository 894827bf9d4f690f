"""What ./dev difftest shows: the table, first differences side by side, reasons of skips."""
from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import zip_longest

from corpus import Scenario
from difftest_run import Column, Verdict
from workers import Outcome, first_difference, python_worker

AROUND = 4  # lines before a difference, and after it
MOST = 12  # differences that are shown whole


# ---- The table ----


def cell(states: Sequence[str]) -> str:
    """One scenario, or all of an area, on one build."""
    ran = [state for state in states if state != "skipped"]
    if len(states) == 1:
        return {"passed": "✓", "failed": "✗", "skipped": "-"}[states[0]]
    if "failed" in ran:
        return f"{ran.count('failed')} of {len(ran)} ✗"
    return f"{len(ran)} ✓" if ran else "-"


def table(columns: Sequence[Column], scenarios: Sequence[Scenario], verdicts: Sequence[Verdict], each: bool) -> list[str]:
    """Builds against areas, or against scenarios."""
    rows: dict[str, dict[str, list[str]]] = {}
    names = {scenario.name: scenario.name if each else scenario.area for scenario in scenarios}
    for verdict in verdicts:
        rows.setdefault(names[verdict.scenario], {}).setdefault(verdict.build, []).append(verdict.state)
    width = max(map(len, rows), default=0)
    widths = [max(10, len(column.name) + 2) for column in columns]
    lines = [f"{'':{width}}" + "".join(f"{column.name:>{room}}" for column, room in zip(columns, widths))]
    for name, cells in rows.items():
        line = "".join(f"{cell(cells.get(column.name, ['skipped'])):>{room}}" for column, room in zip(columns, widths))
        lines.append(f"{name:{width}}{line}")
    return lines


# ---- Differences ----


def cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"


def two_columns(left: Sequence[str], right: Sequence[str], at: int, titles: tuple[str, str]) -> list[str]:
    """The lines around number 'at', side by side; a bar where they differ."""
    half = (max(80, min(160, shutil.get_terminal_size((120, 24)).columns)) - 9) // 2
    lines = [f"      {titles[0]:{half}}   {titles[1]}"]
    begin, end = max(0, at - AROUND), at + AROUND + 1
    pairs = zip_longest(left[begin:end], right[begin:end], fillvalue="")
    for number, (one, other) in enumerate(pairs, begin):
        mark = "  > " if number == at else "    "
        lines.append(f"{mark}  {cut(one, half):{half}} {'|' if one != other else ' '} {cut(other, half)}".rstrip())
    return lines


def source_line(scenario: Scenario, column: Column, at: int) -> list[str]:
    """Where in the scenario CPython was at this event; runs it again to know."""
    if column.build is None or column.build.kind == "wasm":
        return []
    with python_worker(column.build) as worker:
        lines = worker.run(scenario.program, "rl").record.splitlines()
    here = lines[min(at, len(lines) - 1)].rsplit("\t", 1) if lines else []
    number = int(here[1]) if len(here) == 2 else 0
    source = scenario.source.splitlines()
    return [f"      {scenario.path}:{number}:  {source[number - 1].strip()}"] if 0 < number <= len(source) else []


def around(expected: Outcome, got: Outcome, titles: tuple[str, str]) -> list[str]:
    """The first event that differs, else the first line of the output, with what is around it."""
    left, right = expected.record, got.record
    if left == right:
        left, right = expected.text(), got.text()
    shown = two_columns(left.splitlines(), right.splitlines(), first_difference(left, right) or 0, titles)
    return shown + [f"      stderr: {line}" for line in got.stderr.splitlines()[-3:] if got.status != expected.status]


def difference(scenario: Scenario, column: Column, expected: Outcome, got: Outcome) -> list[str]:
    """The same, and the line of the scenario that CPython was at."""
    shown = around(expected, got, column.titles)
    at = first_difference(expected.record, got.record)
    return shown if at is None else shown + source_line(scenario, column, at)


def differences(columns: Sequence[Column], scenarios: Sequence[Scenario], verdicts: Sequence[Verdict]) -> list[str]:
    """All first differences; builds with the same one share an entry."""
    by_name = {scenario.name: scenario for scenario in scenarios}
    by_build = {column.name: column for column in columns}
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.state == "failed" or verdict.got is not None:
            groups.setdefault((verdict.scenario, verdict.reason), []).append(verdict)
    lines: list[str] = []
    for number, ((name, reason), group) in enumerate(groups.items()):
        first = group[0]
        lines.append(f"✗ {by_name[name].path} on {', '.join(each.build for each in group)}: {reason}")
        if number < MOST and first.expected is not None and first.got is not None:
            lines += difference(by_name[name], by_build[first.build], first.expected, first.got)
    return lines


def skips(columns: Sequence[Column], scenarios: Sequence[Scenario], verdicts: Sequence[Verdict], recorded: bool) -> list[str]:
    """Which releases were not at hand, what was not compared, which scenarios were skipped: a line for each reason."""
    lines: list[str] = []
    absent = [column.name for column in columns if column.source == "recorded"]
    if absent and not recorded:
        lines.append(f"not at hand, compared with what was recorded: CPython {', '.join(absent)}")
    lines += [f"events not compared of {one.name}: {one.uncompared}" for one in scenarios if one.uncompared]
    reasons: dict[str, dict[str, list[str]]] = {}
    for verdict in verdicts:
        if verdict.state == "skipped" and verdict.got is None:
            reasons.setdefault(verdict.reason, {}).setdefault(verdict.scenario, []).append(verdict.build)
    for reason, cases in reasons.items():
        builds = dict.fromkeys(build for each in cases.values() for build in each)
        lines.append(f"skipped, {reason}: {', '.join(cases)} on {', '.join(builds)}")
    return lines


def show(
    columns: Sequence[Column], scenarios: Sequence[Scenario], verdicts: Sequence[Verdict], each: bool, recorded: bool
) -> None:
    for line in table(columns, scenarios, verdicts, each):
        print(line)
    for line in differences(columns, scenarios, verdicts) + skips(columns, scenarios, verdicts, recorded):
        print(line)
