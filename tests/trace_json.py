#!/usr/bin/env python3
"""Parses what the recorder writes: JSON lines and Perfetto's file.

    trace_json.py PROGRAM                PROGRAM json, PROGRAM perfetto write a trace (docs/examples/trace.c)
    trace_json.py --lines FILE           only checks the records of a file

Lines: each is an object with the keys of its kind in docs/trace.md, in that order, and no other; turns, runs and steps
nest; names appear before they are used up.  Perfetto: slices are closed on their track, time goes on, each arrow that
ends has begun.  Exit status: 0 if all holds.
"""
from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parent.parent / "docs" / "trace.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \|", re.MULTILINE)
KEY = re.compile(r"`(\w+)`(\?)?")
PAIRS = {"turn_end": "turn_begin", "run_end": "run_begin", "step_end": "step_begin"}


def keys_of_kinds() -> dict[str, list[tuple[str, bool]]]:
    """The table of docs/trace.md: the keys of each kind, and whether each is always there."""
    text = TABLE.read_text(encoding="utf-8")
    return {kind: [(key, not optional) for key, optional in KEY.findall(keys)] for kind, keys in ROW.findall(text)}


def check_keys(record: dict[str, Any], kinds: dict[str, list[tuple[str, bool]]]) -> None:
    kind = record["event"]
    assert kind in kinds, f"{kind} is not in docs/trace.md"
    wanted = ["event", "turn", *(key for key, _ in kinds[kind])]
    given = list(record)
    assert [key for key in wanted if key in given] == given, f"{kind} has {given}, the table {wanted}"
    missing = [key for key, always in kinds[kind] if always and key not in given]
    assert not missing, f"{kind} lacks {missing}"


def check_lines(text: str) -> int:
    """Checks records; how many there are."""
    kinds = keys_of_kinds()
    within: list[str] = []
    records = [json.loads(line) for line in text.splitlines()]
    for record in records:
        check_keys(record, kinds)
        kind = record["event"]
        if kind in PAIRS.values():
            within.append(kind)
        elif kind in PAIRS:
            assert within and within.pop() == PAIRS[kind], f"{kind} ends nothing"
    assert not within, f"{within} never ends"
    return len(records)


def check_perfetto(text: str) -> int:
    entries = json.loads(text)["traceEvents"]
    depth: dict[int, int] = defaultdict(int)
    named: set[int] = set()
    flows: set[int] = set()
    last = -1.0
    for entry in entries:
        phase, track = entry["ph"], entry["tid"]
        assert entry["ts"] >= last, f"time goes back at {entry}"
        last = entry["ts"]
        if phase == "M":
            named.add(track)
        assert track in named, f"track {track} has no name"
        depth[track] += {"B": 1, "E": -1}.get(phase, 0)
        assert depth[track] >= 0, f"{entry} ends nothing"
        if phase == "s":
            flows.add(entry["id"])
        if phase == "f":
            assert entry["id"] in flows, f"{entry} has no beginning"
    assert not any(depth.values()), f"slices are open: {dict(depth)}"
    return len(entries)


def output(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL).stdout.decode("utf-8")


def main(arguments: list[str]) -> int:
    if len(arguments) == 2 and arguments[0] == "--lines":
        print(check_lines(Path(arguments[1]).read_text(encoding="utf-8")), "records")
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    program = arguments[0]
    print(check_lines(output(program, "json")), "records,", check_perfetto(output(program, "perfetto")), "entries")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
