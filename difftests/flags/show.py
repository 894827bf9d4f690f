"""The table of flags: for a terminal, as JSON, and as the one in docs/versions.md."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from flags.judge import Verdict
from flags.table import Flag, Table, Witness
from workers import ROOT

DOCUMENT = ROOT / "docs" / "versions.md"
BEGIN, END = "<!-- flags -->\n", "<!-- end of flags -->\n"
MARKS = {"passed": "✓", "failed": "✗", "skipped": "-"}


def rows(table: Table, verdicts: list[Verdict]) -> Iterator[str]:
    """A line for each flag: the builds that print the same between bars, and where aiocore's output changes."""
    cells = [(each, " | ".join(" ".join(group) for group in each.builds) or "none") for each in verdicts]
    names = max(len(flag.name) for flag in table.flags)
    builds = max((len(cell) for _, cell in cells), default=0)
    yield f"  {'flag':{names}}  {'builds that print the same':{builds}}  aiocore changes at"
    for verdict, cell in cells:
        yield f"{MARKS[verdict.state]} {verdict.flag:{names}}  {cell:{builds}}  {', '.join(verdict.changes) or 'no release'}"


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
            programs = [asdict(each) for each in by_flag[flag.name]]
            flags.append({**about, "of_core": flag.of_core, "programs": programs})
    return {"flags": flags, "strays": strays, **count}


# ---- docs/versions.md ----


def markdown(table: Table, programs: list[Witness]) -> Iterator[str]:
    """Two tables: the flags of the core, and what the interpreter models alone."""
    for of_core in (True, False):
        yield "### Flags" if of_core else "### Of the interpreter alone"
        yield ""
        yield "| name | what is so where it is on | on in | shown by |"
        yield "|---|---|---|---|"
        for flag in table.flags:
            if flag.of_core == of_core:
                yield markdown_row(flag, programs)
        if of_core:
            yield ""


def markdown_row(flag: Flag, programs: list[Witness]) -> str:
    rule = f"{flag.summary.rstrip('.')} ({flag.issue})" if flag.issue else flag.summary.rstrip(".")
    shown = [f"[{'twin' if each.twin else 'scenario'}](../{each.path})" for each in programs if each.flag == flag.name]
    return f"| `{flag.name}` | {rule} | {flag.on_in} | {', '.join(shown)} |"


def in_document(text: str, table: Table, programs: list[Witness]) -> str:
    """The text of the document with the tables as they are now."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return "".join([before, BEGIN, "\n".join(markdown(table, programs)), "\n", END, after])
