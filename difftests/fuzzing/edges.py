"""The branches of the core: which of them a program took, and where each is in the source.

The aiocore of the "steer" build (src/cli/reached.c) ends an event record with a line "reached: HEX": a digit for four edges of
the control flow, the first in its lowest bit.  `aiocore batch --edges` lists their addresses, which llvm-symbolizer or addr2line
turn into lines.  A function of a header is compiled into several files: its copies have the same edges in the same order, and an
edge counts once, reached if it is in any copy.  One that leads to a failing assertion, or is marked as unreachable, does not
count.
"""
from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
REACHED = re.compile(r"^reached: ([0-9a-f]*)\n?\Z", re.MULTILINE)
NOT_MEANT = re.compile(r"\baci_assert\(|AC_UNREACHABLE")  # never taken, if aiocore is right


@dataclass(frozen=True)
class Edge:
    """One edge: the function that it is in, which of its edges it is, the line that it leads to."""

    function: str
    number: int
    file: str  # from the root of the project
    line: int

    @property
    def name(self) -> str:
        return f"{self.file} {self.function} {self.number}"


@dataclass
class EdgeMap:
    """The edges of a binary; none if it counts none."""

    edges: list[Edge] = field(default_factory=list)  # each once
    of_index: list[int] = field(default_factory=list)  # by index in the binary: which of them it is

    def __post_init__(self) -> None:
        self.counts = [not is_unreachable(edge) for edge in self.edges]

    @property
    def total(self) -> int:
        return sum(self.counts)

    def reached(self, bits: int) -> frozenset[int]:
        """The edges that a program took, those that count."""
        taken = {self.of_index[index] for index in indices(bits) if index < len(self.of_index)}
        return frozenset(edge for edge in taken if self.counts[edge])

    def missing(self, reached: Iterable[int]) -> dict[str, dict[str, list[int]]]:
        """The lines of edges that were not taken, by file and function, in the order of the source."""
        left = {index for index, counts in enumerate(self.counts) if counts} - set(reached)
        found: dict[str, dict[str, list[int]]] = {}
        for edge in sorted((self.edges[index] for index in left), key=lambda edge: (edge.file, edge.line, edge.number)):
            lines = found.setdefault(edge.file, {}).setdefault(edge.function, [])
            if edge.line not in lines:
                lines.append(edge.line)
        return found

    def files(self, reached: Iterable[int]) -> dict[str, tuple[int, int]]:
        """For each file how many edges were taken, and how many there are."""
        taken = Counter(self.edges[index].file for index in reached)
        total = Counter(edge.file for edge, counts in zip(self.edges, self.counts) if counts)
        return {file: (taken[file], total[file]) for file in sorted(total)}

    def untouched(self, reached: Iterable[int]) -> set[tuple[str, str]]:
        """The functions, by file and name, that were never called."""
        called = {(self.edges[index].file, self.edges[index].function) for index in reached}
        return {(edge.file, edge.function) for edge, counts in zip(self.edges, self.counts) if counts} - called


def indices(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    text = bin(bits)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


def split(record: str) -> tuple[str, int]:
    """An event record without its last line about edges, and the edges as bits."""
    match = REACHED.search(record)
    if match is None:
        return record, 0
    return record[: match.start()], int(match[1][::-1] or "0", 16)


# ---- where they are ----------------------------------------------------------------------------------------


@lru_cache(maxsize=None)
def source_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def is_unreachable(edge: Edge) -> bool:
    text = source_lines(ROOT / edge.file)[edge.line - 1 : edge.line] if edge.line else []
    return bool(text and NOT_MEANT.search(text[0]))


def symbolizer(binary: str) -> list[str] | None:
    """The command that reads addresses and prints each of them, then its function, then its place."""
    if path := shutil.which("llvm-symbolizer"):
        return [path, "-e", binary, "--output-style=GNU", "-a", "-f"]
    if path := shutil.which("addr2line"):
        return [path, "-e", binary, "-a", "-f"]
    return None


def place(where: str) -> tuple[str, int]:
    """Reads "FILE:LINE"; the compiler wrote the file as it saw it from the folder of the build."""
    name, _, number = where.split(" (discriminator")[0].rpartition(":")
    match = re.search(r"(?:^|/)((?:src|include)/.*)$", name)
    return match[1] if match else name, int(number) if number.isdigit() else 0


def assemble(listed: list[str], said: list[str]) -> EdgeMap:
    """Puts together what the binary lists, "ADDRESS entry" or "ADDRESS branch", and what the symbolizer said of the addresses."""
    heads = [index for index, line in enumerate(said) if line.startswith("0x")]
    if len(heads) != len(listed):
        return EdgeMap()
    known: dict[str, int] = {}
    edges: list[Edge] = []
    of_index: list[int] = []
    number = 0
    for line, head in zip(listed, heads):
        number = 0 if line.endswith(" entry") else number + 1
        file, at = place(said[head + 2])
        edge = Edge(said[head + 1], number, file, at)
        if edge.name not in known:
            known[edge.name] = len(edges)
            edges.append(edge)
        of_index.append(known[edge.name])
    return EdgeMap(edges, of_index)


def read(binary: str) -> EdgeMap:
    """Asks a binary for its edges; an empty map if it counts none, or nothing here can read addresses."""
    done = subprocess.run([binary, "batch", "--edges"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    listed = [line for line in done.stdout.splitlines() if line.startswith("0x")]
    command = symbolizer(binary)
    if done.returncode != 0 or not listed or command is None:
        return EdgeMap()
    addresses = "".join(f"{line.split()[0]}\n" for line in listed)
    said = subprocess.run(command, input=addresses, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return assemble(listed, [line for line in said.splitlines() if line])
