"""Makes the scenario files that workers are given: scenario.py, which interprets programs, and some hundreds of those."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from exhaustive import programs
from exhaustive.programs import CATCH, SPAWNS, Body, LabelledOp

SCENARIO = Path(__file__).with_name("scenario.py").read_text(encoding="utf-8").split('"""', 2)[2].lstrip("\n")
COMMON = SCENARIO.split("# ---- The interpreter", 1)[0]  # what plain programs have, too


class Labels:
    """Names for operations: TASK.NUMBER, counted in each task in reading order from 1."""

    def __init__(self) -> None:
        self.used: Counter[int] = Counter()

    def next(self, task: int) -> str:
        self.used[task] += 1
        return f"{task}.{self.used[task]}"


def labelled(body: Body, task: int, labels: Labels) -> tuple[LabelledOp, ...]:
    """The operations as (kind, label, target, inner); a catch has the label of what it is around."""
    result: list[LabelledOp] = []
    for kind, target, inner in body:
        if kind == CATCH:
            ((inner_kind, label, inner_target, rest),) = labelled(inner, task, labels)
            result.append((CATCH, label, target, ((inner_kind, label, inner_target, rest),)))
            continue
        label = labels.next(task)
        result.append((kind, label, target, labelled(inner, target if kind in SPAWNS else task, labels)))
    return tuple(result)


def source(bodies: Sequence[Body]) -> str:
    """A scenario file that runs these programs and prints one line for each: "NOTATION | what happened"."""
    lines = [f"    ({programs.text(body)!r}, {labelled(body, 0, Labels())!r}),\n" for body in bodies]
    return f"{SCENARIO}\n\nrun_all([\n{''.join(lines)}])\n"
