"""What the cells say: ratios, means, targets; as a document for machines, as text, in Markdown."""
from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import columns
import rows
from cells import Bench

LEVEL = 0.03  # two medians this near are level
MEAN_TARGETS = {"over_stock": 4.0, "over_uvloop": 3.0}
RATIOS = {
    "over_stock": "asyncio / aiocore",
    "over_uvloop": "uvloop / aiocore",
    "fast_over_stock": "asyncio / fast",
    "replace_over_stock": "asyncio / replace",
}
NUMBERS = ("stock", "replace", "uvloop", "uvloop_eager", "aiocore", "lean", "fast")


@dataclass(frozen=True)
class Claim:
    """One thing that was wanted, and what became of it."""

    row: str
    what: str
    ratio: float
    target: float

    @property
    def verdict(self) -> str:
        if round(self.ratio, 2) >= self.target:
            return "reached"
        return "level" if self.target == 1.0 and self.ratio > 1 - LEVEL else "missed"

    def document(self) -> dict[str, Any]:
        return {"row": self.row, "what": self.what, "ratio": self.ratio, "target": self.target, "verdict": self.verdict}


def ratios(medians: dict[str, float]) -> dict[str, float]:
    """How many times better, as far as both sides are there.  Of uvloop it is the better column that counts."""
    both = [medians[name] for name in ("uvloop", "uvloop_eager") if name in medians]
    sides = {
        "over_stock": (medians.get("stock"), medians.get("aiocore")),
        "over_uvloop": (min(both, default=None), medians.get("aiocore")),
        "fast_over_stock": (medians.get("stock"), medians.get("fast")),
        "replace_over_stock": (medians.get("stock"), medians.get("replace")),
    }
    return {name: theirs / ours for name, (theirs, ours) in sides.items() if theirs and ours}


def claims_of(row: rows.Row, found: dict[str, float]) -> Iterator[Claim]:
    wanted = (
        ("over_stock", RATIOS["over_stock"], row.target),
        ("fast_over_stock", RATIOS["fast_over_stock"], row.fast if columns.BY_NAME["fast"].polls else row.unpolled or row.fast),
        ("replace_over_stock", RATIOS["replace_over_stock"] + ": never slower", 1.0),
    )
    for name, what, target in wanted:
        if target is not None and name in found:
            yield Claim(row.name, what, found[name], target)


def means(lines: list[dict[str, Any]]) -> dict[str, float]:
    """Geometric means over the trees, if all of them are there."""
    names = [row.name for row in rows.ROWS if row.is_tree]
    there = {line["row"]: line["ratios"] for line in lines}
    result = {}
    for ratio in RATIOS:
        values = [there.get(name, {}).get(ratio) for name in names]
        if all(values):
            result[ratio] = statistics.geometric_mean(values)
    return result


def document(bench: Bench) -> dict[str, Any]:
    """Everything that was found."""
    lines: list[dict[str, Any]] = []
    claims: list[Claim] = []
    for row in bench.rows:
        cells = {column.name: bench.cells[row.name, column.name] for column in bench.columns_of(row)}
        medians = {name: cell.median for name, cell in cells.items() if cell.median is not None}
        found = ratios(medians)
        lines.append(
            {
                "row": row.name,
                "what": row.what,
                "unit": row.unit,
                "size": row.scaled(bench.effort.scale),
                "cells": {name: cell.document() for name, cell in cells.items()},
                "ratios": found,
            }
        )
        claims += claims_of(row, found)
    of_trees = means(lines)
    for name, target in MEAN_TARGETS.items():
        if name in of_trees:
            claims.append(Claim("the trees", RATIOS[name] + ", geometric mean", of_trees[name], target))
    return {
        "columns": {column.name: column.what for column in bench.columns},
        "rows": lines,
        "means_of_trees": of_trees,
        "disturbed": bench.waited / bench.wall if bench.wall else 0.0,
        "targets": [claim.document() for claim in claims],
        "failed": [f"{row} on {column}: {cell.failure}" for (row, column), cell in bench.cells.items() if cell.failure],
    }


# ---- for people ----------------------------------------------------------------------------------------------


def number(value: float | None) -> str:
    """Three digits."""
    if value is None:
        return "failed"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}x"


def shown_ratios(found: dict[str, Any]) -> list[str]:
    return [name for name in RATIOS if any(name in line["ratios"] for line in found["rows"])]


def header(found: dict[str, Any]) -> list[str]:
    there = [name for name in NUMBERS if name in found["columns"]]
    return ["row", "unit", *there, *(RATIOS[name] for name in shown_ratios(found)), "target", ""]


def target_words(found: dict[str, Any], row: str) -> tuple[str, str]:
    """What was wanted of a row, and whether it was reached; replace() has a list of its own."""
    mine = [claim for claim in found["targets"] if claim["row"] == row and claim["target"] != 1.0]
    wanted, verdicts = [], []
    for claim in mine:
        note = "fast " if "fast" in claim["what"] else ""
        wanted.append(f"{note}{claim['target']:.3g}x")
        verdicts.append(f"{note}{claim['verdict']}")
    return ", ".join(wanted), ", ".join(verdicts)


def body(found: dict[str, Any]) -> Iterator[list[str]]:
    there = [name for name in NUMBERS if name in found["columns"]]
    shown = shown_ratios(found)
    for line in found["rows"]:
        cells = line["cells"]
        figures = [number(cells[name].get("median")) if name in cells else "" for name in there]
        of_row = (times(line["ratios"].get(name)) for name in shown)
        yield [line["row"], line["unit"], *figures, *of_row, *target_words(found, line["row"])]
        for part in next((cell["parts"] for cell in cells.values() if cell.get("parts")), {}):
            medians = {name: cell["parts"][part] for name, cell in cells.items() if cell.get("parts")}
            figures = [number(medians.get(name)) if name in cells else "" for name in there]
            of_part = ratios(medians)
            yield [f"{line['row']}: {part}", line["unit"], *figures, *(times(of_part.get(name)) for name in shown), "", ""]
    if found["means_of_trees"]:
        of_trees = (times(found["means_of_trees"].get(name)) for name in shown)
        yield ["the trees", "geometric mean", *("" for _ in there), *of_trees, *target_words(found, "the trees")]


def slower(found: dict[str, Any]) -> str:
    """Where aiocore.replace() alone is slower than asyncio."""
    mine = [claim for claim in found["targets"] if claim["target"] == 1.0]
    if not mine:
        return ""
    missed = [f"{claim['row']} {claim['ratio']:.2f}x" for claim in mine if claim["verdict"] == "missed"]
    count = {verdict: sum(claim["verdict"] == verdict for claim in mine) for verdict in ("reached", "level")}
    text = f"replace() alone: {count['reached']} of {len(mine)} rows at least as fast, {count['level']} within {LEVEL:.0%}"
    return text + f", slower: {', '.join(missed) or 'none'}"


def steadiness(found: dict[str, Any]) -> str:
    """How far the quartiles of a cell are from its median, and how quiet the machine was."""
    spreads = {f"{line['row']} on {name}": cell.get("spread", 0.0) for line in found["rows"] for name, cell in line["cells"].items()}
    if not any(spreads.values()):
        return ""
    worst = max(spreads, key=lambda name: spreads[name])
    disturbed = f"; {found['disturbed']:.0%} of the time others had the processor"
    return f"quartiles are {statistics.median(spreads.values()):.1%} from the median, at worst {spreads[worst]:.0%} ({worst}){disturbed}"


def tally(found: dict[str, Any]) -> str:
    """How many targets were reached; replace() is counted apart."""
    mine = [claim for claim in found["targets"] if claim["target"] != 1.0]
    return f"{sum(claim['verdict'] == 'reached' for claim in mine)} of {len(mine)} targets reached"


def notes(found: dict[str, Any]) -> list[str]:
    """What is said below the table."""
    said = [slower(found), tally(found), steadiness(found), *(f"failed: {line}" for line in found["failed"]), *found.get("missing", [])]
    return [note for note in said if note]


def text(found: dict[str, Any]) -> str:
    lines = [header(found), *body(found)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    words = {0, 1, len(widths) - 2, len(widths) - 1}  # these columns begin at the left

    def padded(line: list[str]) -> str:
        cells = enumerate(zip(line, widths, strict=True))
        return "  ".join(cell.ljust(width) if place in words else cell.rjust(width) for place, (cell, width) in cells).rstrip()

    return "\n".join([*map(padded, lines), "", *notes(found)])


def markdown(found: dict[str, Any]) -> str:
    lines = [header(found), *body(found)]
    head, *rest = [[cell.strip() for cell in line] for line in lines]
    rule = ["---:" if 2 <= place < len(head) - 2 else "---" for place in range(len(head))]
    table = ["| " + " | ".join(line) + " |" for line in (head, rule, *rest)]
    what = found["columns"] | {line["row"]: line["what"] for line in found["rows"]}
    names = [f"- `{name}`: {words}." for name, words in what.items()]
    below = [f"- {note}." for note in notes(found)]
    return "\n".join([found["heading"], "", *table, "", *below, "", *names]) + "\n"
