"""The table of flags: for a terminal, as JSON, and as the one in docs/versions.md."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from flags.judge import Verdict
from flags.table import Table
from workers import ROOT

DOCUMENT = ROOT / "docs" / "versions.md"
BEGIN, END = "<!-- flags -->\n", "<!-- end of flags -->\n"
MARKS = {"passed": "✓", "failed": "✗", "skipped": "-"}


def rows(table: Table, verdicts: list[Verdict]) -> Iterator[str]:
    """A line for each flag: the builds that print the same between bars, in how many releases the flag alone changes what
    aiocore prints, and where aiocore's output changes."""
    cells = [(each, " | ".join(" ".join(group) for group in each.builds) or "none") for each in verdicts]
    names = max(len(flag.name) for flag in table.flags)
    builds = max((len(cell) for _, cell in cells), default=0)
    yield f"  {'flag':{names}}  {'builds that print the same':{builds}}  alone  aiocore changes at"
    for verdict, cell in cells:
        alone = f"{len(verdict.alone)}/{len(verdict.alone) + len(verdict.hidden)}"
        changes = ", ".join(verdict.changes) or "no release"
        yield f"{MARKS[verdict.state]} {verdict.flag:{names}}  {cell:{builds}}  {alone:>5}  {changes}"


def remarks(verdicts: list[Verdict]) -> Iterator[str]:
    """What is worth telling: the problems, then the notes, each once with its flags."""
    for verdict in verdicts:
        for problem in verdict.problems:
            yield f"{verdict.flag}: {problem}" + (f" ({verdict.program})" if verdict.program else "")
    told: dict[str, list[str]] = {}
    for verdict in verdicts:
        for note in verdict.notes:
            told.setdefault(note, []).append(verdict.flag)
    for note, flags in told.items():
        yield f"{note}: {', '.join(flags)}"


def as_json(table: Table, verdicts: list[Verdict], strays: list[str], count: dict[str, int]) -> dict:
    by_flag: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_flag.setdefault(verdict.flag, []).append(verdict)
    flags = []
    for flag in table.flags:
        if flag.name in by_flag:
            about = {"name": flag.name, "issue": flag.issue, "summary": flag.summary, "on_in": flag.on_in}
            flags.append({**about, "programs": [asdict(each) for each in by_flag[flag.name]]})
    return {"flags": flags, "strays": strays, **count}


# ---- docs/versions.md ----


def markdown(table: Table) -> Iterator[str]:
    yield "| name | what is so where it is on | on in | shown by |"
    yield "|---|---|---|---|"
    for flag in table.flags:
        kind = "twin" if flag.scenario.startswith("twins/") else "scenario"
        rule = f"{flag.summary.rstrip('.')} ({flag.issue})"
        yield f"| `{flag.name}` | {rule} | {flag.on_in} | [{kind}](../difftests/{flag.scenario}.py) |"


def in_document(text: str, table: Table) -> str:
    """The text of the document with the table as it is now."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return "".join([before, BEGIN, "\n".join(markdown(table)), "\n", END, after])
