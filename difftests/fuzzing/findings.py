"""Differences: run again to be sure, told apart, shrunk to a minimal program, saved, shown.

Two differences are of one shape if they begin in the same kind of text (the record or the output) with the same pair of lines,
names, numbers and what is quoted aside.  Of each shape the first program is looked into, up to MOST shapes; the others are
counted.  Programs that are small have few shapes: findings that shrink to the same one become one.
"""
from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fuzzing.bench import ENDLESS, Bench, Compared, Setup
from programs.shrink import shrink
from programs.slips import Slips, unguarded
from workers import Outcome, Program

MOST = 12  # shapes that are shrunk in one run
SECONDS = 30.0  # of shrinking, for each
AROUND = 6  # lines before and after a difference that are shown
OTHERS = 5  # names of more programs that are remembered
WIDEST = 150  # characters of a line that are shown
NAMES = re.compile(r"\b(?:Task-|Future#|Context#|n)?\d+\b|'[^']*'|\d+")
TAILS = re.compile(r" by N| in N|, eagerly|, current N")  # of an event: who else was there


@dataclass
class Finding:
    """A difference, the programs that show it, and what became of the first of them."""

    name: str  # of the first program
    source: str
    what: str  # what differs first
    versions: list[str]
    times: int = 1
    steady: bool = True
    small: str = ""  # the minimal program; empty: not shrunk
    small_shape: str = ""
    shown: str = ""  # both sides around the difference
    saved: Path | None = None
    others: list[str] = field(default_factory=list)  # names of more programs, a few

    def join(self, other: Finding) -> None:
        """Another finding has turned out to be this one."""
        names = [name for name in (other.name, *other.others) if name not in (self.name, *self.others)]
        self.times += other.times - (other.name == self.name)
        self.others = [*self.others, *names][:OTHERS]
        self.versions += [version for version in other.versions if version not in self.versions]


def shape_of(difference: str) -> str:
    """A difference without what varies from program to program."""
    _, _, lines = difference.partition(": ")
    kind, words = kind_of(difference), NAMES.sub("N", lines)
    return f"{kind}: {TAILS.sub('', words) if kind == 'event' else words}"


def kind_of(difference: str | None) -> str:
    """event, line or end."""
    return difference.split(" ", 1)[0].rstrip(":") if difference else ""


def is_same(finding: Finding, compared: Compared) -> bool:
    """While a program shrinks its difference may turn into another one.  The words of events tell; those of the output are the
    program's own: of them it counts whether both sides say the same thing differently."""
    kind = kind_of(finding.what)
    if compared.difference is None or kind != kind_of(compared.difference):
        return False
    if kind == "line":
        return is_in_words(compared.difference) == is_in_words(finding.what)
    return kind != "event" or shape_of(compared.difference) == shape_of(finding.what)


def is_in_words(difference: str) -> bool:
    """Of the output: do both sides print the same mark first, and then other words?"""
    left, _, right = difference.partition(": ")[2].partition(" | ")
    return left.split(" ")[0] == right.split(" ")[0]


def sides(compared: Compared) -> tuple[str, str]:
    """The texts that differ first."""
    if kind_of(compared.difference) == "event":
        return compared.expected.record, compared.got.record
    return compared.expected.text(), compared.got.text()


def clip(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def around(left: str, right: str) -> str:
    """Both texts as one, where they begin to differ."""
    lines = list(difflib.unified_diff(left.splitlines(), right.splitlines(), "CPython", "aiocore", lineterm="", n=AROUND))
    changed = next((index for index, line in enumerate(lines) if index > 2 and line[:1] in "+-"), 0)
    shown = [clip(line) for line in lines[: changed + 2 * AROUND]]
    return "\n".join([*shown, f"... and {len(lines) - len(shown)} lines more"] if len(lines) > len(shown) else shown)


def last_words(outcome: Outcome) -> str:
    lines = outcome.stderr.strip().splitlines()
    return lines[-1] if lines else ""


def show(compared: Compared) -> str:
    """A difference for people."""
    words = [clip(f"on CPython {compared.version}, {compared.difference}"), around(*sides(compared))]
    for side, outcome in (("CPython", compared.expected), ("aiocore", compared.got)):
        if outcome.status not in (0, 97) and (said := last_words(outcome)):
            words.append(clip(f"({side} says: {said})"))
    return "\n".join(words)


class Stopped(Exception):
    """Shrinking was given up."""


class Findings:
    """All differences of a run, by shape, in the order of the programs."""

    def __init__(self, setup: Setup, folder: Path, keep_whole: bool) -> None:
        self.setup = setup
        self.folder = folder  # where minimal programs are saved
        self.keep_whole = keep_whole  # also the programs as they were, and those of which CPython dies
        self.by_shape: dict[str, Finding] = {}
        self.by_small: dict[str, Finding] = {}  # by the shape that is left when they are small
        self.programs = 0  # with a difference
        self.stopped = False  # nothing more is to be shrunk: Ctrl-C

    def all(self) -> list[Finding]:
        """Each once."""
        return list({id(finding): finding for finding in self.by_shape.values()}.values())

    def note(self, program: Program, compared: Sequence[Compared]) -> list[Finding]:
        """Takes a program in; gives the findings that are new."""
        new = []
        different = [one for one in compared if one.difference is not None]
        self.programs += bool(different)
        if self.keep_whole and any(one.crashed for one in compared):
            write(self.folder / f"died_{program.name}", program.source)
        for one in different:
            shape = shape_of(one.difference or "")
            known = self.by_shape.get(shape)
            if known is None:
                known = Finding(program.name, program.source, one.difference or "", [one.version], shown=show(one))
                self.by_shape[shape] = known
                new.append(known)
            elif program.name in (known.name, *known.others):
                known.versions += [one.version] if one.version not in known.versions else []
            else:
                known.join(Finding(program.name, "", "", [one.version]))
        return new

    # -- looking into one --

    def look_into(self, finding: Finding, tell: Callable[[int, int], None], seconds: float = SECONDS) -> None:
        """In processes that have run nothing else: is it there again?  Then the program is made small.

        tell is given how often that was tried and how many lines are left.
        """
        program = Program(finding.name, finding.source)
        version = finding.versions[0]
        with Bench(self.setup) as bench:
            again = [bench.compare(program, version) for _ in range(2)]
            finding.steady = all(is_same(finding, one) for one in again)
            if finding.steady:
                self.make_small(finding, bench, again[0], tell, seconds)

    def make_small(
        self, finding: Finding, bench: Bench, whole: Compared, tell: Callable[[int, int], None], seconds: float
    ) -> None:
        endless = whole.got.status in ENDLESS
        slips = Slips(whole.expected.stdout + whole.expected.stderr)

        def fails(source: str) -> bool:
            if self.stopped:
                raise Stopped
            if unguarded(finding.source, source):
                return False
            compared = bench.compare(Program(finding.name, source), whole.version, endless)
            return is_same(finding, compared) and not slips.slipped(compared.expected.stdout, compared.expected.stderr)

        small = shrink(finding.source, fails, seconds, tell)
        compared = bench.compare_all(Program(finding.name, small), bench.versions)
        different = [one for one in compared if one.difference is not None]
        finding.steady = bool(different)  # False: the difference comes and goes
        if different:
            finding.small = with_docstring(small, finding.name, different)
            finding.small_shape = shape_of(different[0].difference or "")
            finding.shown = show(different[0])

    def settle(self, finding: Finding) -> None:
        """Saves what was made small, unless it is known already."""
        known = self.by_small.setdefault(finding.small_shape, finding) if finding.small else finding
        if known is not finding:
            known.join(finding)
            self.by_shape.update({shape: known for shape, one in self.by_shape.items() if one is finding})
            return
        if finding.small:
            finding.saved = write(free(self.folder / finding.name, finding.small), finding.small)
        if self.keep_whole:
            write(self.folder / f"whole_{finding.name}", finding.source)


def with_docstring(source: str, name: str, compared: Collection[Compared]) -> str:
    """The program with a docstring that says where it comes from, in place of what it has."""
    versions = ", ".join(one.version for one in compared)
    first = next(iter(compared), None)
    what = (first.difference or "").partition(":")[0] if first else "nothing"
    where = {"event": f"{what} of the event record", "line": f"{what} of the output"}.get(what.split(" ")[0], "the way it ended")
    head = f'"""Found by random programs ({Path(name).stem}): {where} differed\non CPython {versions}."""\n'
    return head + without_docstring(source)


def without_docstring(source: str) -> str:
    try:
        first = ast.parse(source).body[:1]
    except (SyntaxError, ValueError):
        return source
    if not first or not isinstance(first[0], ast.Expr) or not isinstance(getattr(first[0], "value", None), ast.Constant):
        return source
    return "\n".join(source.split("\n")[first[0].end_lineno or 0 :]).lstrip("\n")


def free(path: Path, text: str) -> Path:
    """This path, or one like it, where nothing else is: a program may show two differences."""
    number, found = 1, path
    while found.is_file() and found.read_text(encoding="utf-8") != text:
        number += 1
        found = path.with_stem(f"{path.stem}_{number}")
    return found


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
