"""Runs the cells of the table, each several times in a process of its own."""
from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import columns
import rows

HERE = Path(__file__).resolve().parent
SECONDS = 300  # for one process


@dataclass
class Cell:
    """What one row has on one column: the values of all runs in all processes."""

    values: list[float] = field(default_factory=list)
    parts: dict[str, list[float]] = field(default_factory=dict)
    failure: str = ""

    def add(self, value: dict[str, float]) -> None:
        for name, number in value.items():
            (self.parts.setdefault(name, []) if name else self.values).append(number)

    @property
    def median(self) -> float | None:
        return statistics.median(self.values) if self.values and not self.failure else None

    @property
    def spread(self) -> float:
        """Half the distance of the quartiles, as a part of the median."""
        if len(self.values) < 2 or not self.median:
            return 0.0
        low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return (high - low) / 2 / self.median

    def document(self) -> dict[str, Any]:
        if self.failure:
            return {"failure": self.failure}
        parts = {name: statistics.median(values) for name, values in self.parts.items()}
        return {"median": self.median, "spread": self.spread, "values": self.values, "parts": parts}


@dataclass(frozen=True)
class Effort:
    """How often, and how large."""

    processes: int
    runs: int
    scale: float


@dataclass
class Bench:
    """One run of the whole: which cells, on which CPython."""

    python: str
    path: list[str]  # for PYTHONPATH: aiocore and uvloop, in all columns
    effort: Effort
    rows: list[rows.Row]
    columns: list[columns.Column]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    wall: float = 0.0  # seconds of all processes
    waited: float = 0.0  # of these with others on the processor

    def columns_of(self, row: rows.Row) -> list[columns.Column]:
        return [column for column in self.columns if row.eager or not column.only_eager]

    def run(self) -> None:
        """Row by row; in a row the columns take turns, another one first in each round."""
        for number, row in enumerate(self.rows, 1):
            started = time.monotonic()
            mine = self.columns_of(row)
            for turn in range(self.effort.processes):
                for column in mine[turn % len(mine) :] + mine[: turn % len(mine)] if mine else []:
                    self.measure(row, column)
            say(f"[{number}/{len(self.rows)}] {row.name:18} {self.line(row, mine)}  ({time.monotonic() - started:.0f} s)")

    def line(self, row: rows.Row, mine: Iterable[columns.Column]) -> str:
        found = {column.name: self.cells[row.name, column.name].median for column in mine}
        return "  ".join(f"{name} {'failed' if value is None else f'{value:.4g}'}" for name, value in found.items()) + f" {row.unit}"

    def measure(self, row: rows.Row, column: columns.Column) -> None:
        """One process of a cell, unless one has failed already."""
        cell = self.cells.setdefault((row.name, column.name), Cell())
        if cell.failure:
            return
        words = [self.python, str(HERE / "worker.py"), column.name, row.name]
        words += [str(row.scaled(self.effort.scale)), str(row.runs or self.effort.runs)]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        environment["PYTHONPATH"] = os.pathsep.join(self.path)
        try:
            done = subprocess.run(
                words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            cell.failure = f"no end after {SECONDS} s"
        else:
            if done.returncode == 0 and not done.stderr:
                said = json.loads(done.stdout)
                self.versions |= said["versions"]
                self.wall += said["seconds"]["wall"]
                self.waited += said["seconds"]["waited"]
                for value in said["values"]:
                    cell.add(value)
                return
            lines = done.stderr.strip().splitlines()
            cell.failure = f"status {done.returncode}: {lines[-1] if lines else 'nothing said'}"
        say(f"{row.name} on {column.name}: {cell.failure}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
