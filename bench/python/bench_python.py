#!/usr/bin/env python3
"""Measures aiocore in CPython beside asyncio as it comes and uvloop: the same programs, in the same CPython, in one run.

    bench_python.py [--quick] [--rows NAME,...] [--columns NAME,...] [--json [FILE]] [--markdown [FILE]] [--plot FILE.svg]
    bench_python.py --from FILE.json [--markdown [FILE]] [--plot FILE.svg]       shows a run that was saved

Each cell of the table is the median of several runs in each of several processes, in which the columns take turns.  What the
workloads compute is checked.  Progress goes to standard error, the table to standard output, or what is asked for without FILE.

A file of Markdown that has the lines <!-- bench --> and <!-- /bench --> keeps what is around them.

Exit status: 0 all was measured, 1 something failed, 2 a wrong argument, 3 there is no uvloop for this CPython.
"""
from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import builds  # noqa: E402
import cells  # noqa: E402
import columns  # noqa: E402
import cpython_host  # noqa: E402
import plot  # noqa: E402
import pythons  # noqa: E402
import rows  # noqa: E402
import table  # noqa: E402

FULL = cells.Effort(processes=5, runs=3, scale=1.0)
QUICK = cells.Effort(processes=1, runs=3, scale=0.25)
PREFERRED = (3, 14)  # what the targets were set for
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
UVLOOP = "import uvloop; print(uvloop.__version__)"


def parser_of_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev bench --python", description="Measures aiocore in CPython beside asyncio as it comes and uvloop."
    )
    parser.add_argument("--quick", action="store_true", help="one process of three runs a cell, a quarter of the operations")
    parser.add_argument("--rows", default="", metavar="NAME,...", help="only these; a module's name stands for all of its rows")
    parser.add_argument("--columns", default="", metavar="NAME,...", help="only these")
    parser.add_argument("--cpython", metavar="VERSION|PATH", help="on this one (the newest 3.14 at hand, else the newest)")
    parser.add_argument("--processes", type=int, metavar="N", help=f"for each cell ({FULL.processes})")
    parser.add_argument("--runs", type=int, metavar="N", help=f"in each process ({FULL.runs})")
    parser.add_argument("--scale", type=float, metavar="X", help="so many times the operations")
    parser.add_argument("--json", nargs="?", const="-", metavar="FILE", help="everything that was found")
    parser.add_argument("--markdown", nargs="?", const="-", metavar="FILE", help="the table for a document")
    parser.add_argument("--plot", metavar="FILE.svg", help="the ratios as bars")
    parser.add_argument("--from", dest="saved", metavar="FILE.json", help="measure nothing, show what --json wrote")
    parser.add_argument("--flavour", choices=sorted(cpython_host.FLAVOURS), default="release", help="how aiocore is compiled (release)")
    parser.add_argument("--list", action="store_true", help="only name the rows and the columns")
    return parser


def chosen_rows(words: str) -> list[rows.Row]:
    """By name, or by the module of their workload.  KeyError for a word that is neither."""
    wanted = [word for word in words.split(",") if word]
    modules = {row.workload.split(".")[0] for row in rows.ROWS}
    if bad := [word for word in wanted if word not in rows.BY_NAME and word not in modules]:
        raise KeyError(bad[0])
    return [row for row in rows.ROWS if not wanted or row.name in wanted or row.workload.split(".")[0] in wanted]


def chosen_columns(words: str) -> list[columns.Column]:
    wanted = [word for word in words.split(",") if word]
    if bad := [word for word in wanted if word not in columns.BY_NAME]:
        raise KeyError(bad[0])
    return [column for column in columns.COLUMNS if column.name in (wanted or columns.USUAL)]


def chosen_python(word: str | None) -> pythons.Build:
    """NoPython if there is none with headers."""
    fit = [python for python in cpython_host.chosen([word] if word else []) if cpython_host.has_headers(python)]
    if not fit:
        raise cpython_host.NoPython("aiocore needs a CPython with its headers; tools/get-pythons --full fetches some")
    return ([python for python in fit if python.key[:2] == PREFERRED] or fit)[-1]


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} x {names[0] if names else platform.machine()}"


def heading(python: pythons.Build, versions: dict[str, str], effort: cells.Effort) -> str:
    """One paragraph: on what, with what, how."""
    uvloop = f", uvloop {versions['uvloop']}" if "uvloop" in versions else ""
    processes = f"{effort.processes} processes" if effort.processes > 1 else "one process"
    size = "" if effort.scale == 1 else f", with {effort.scale:g} of the operations"
    often = f"medians of {effort.processes * effort.runs} runs in {processes}{size}"
    return f"CPython {python.version}{uvloop}, {processor()}, {date.today()}; {often}."


def measured(options: argparse.Namespace, parser: argparse.ArgumentParser) -> dict[str, Any]:
    usual = QUICK if options.quick else FULL
    effort = cells.Effort(options.processes or usual.processes, options.runs or usual.runs, options.scale or usual.scale)
    try:
        wanted, beside = chosen_rows(options.rows), chosen_columns(options.columns)
        python = chosen_python(options.cpython)
    except KeyError as word:
        parser.error(f"there is no {word}; --list shows rows and columns")
    except cpython_host.NoPython as error:
        parser.error(str(error))
    path = [str(cpython_host.build(python, options.flavour).folder)]
    missing = []
    if any(column.loop == "uvloop" for column in beside):
        path += map(str, pythons.packages_for(python))
        if reason := lacking_uvloop(python, path):
            missing.append(f"without uvloop: {reason}")
            beside = [column for column in beside if column.loop != "uvloop"]
            cells.say(missing[-1])
    load = os.getloadavg()[0]
    bench = cells.Bench(python.path, path, effort, wanted, beside)
    bench.run()
    found = table.document(bench)
    found["missing"] = missing
    found["python"], found["versions"] = python.version, bench.versions
    found["effort"] = {"processes": effort.processes, "runs": effort.runs, "scale": effort.scale}
    found["load"] = [load, os.getloadavg()[0]]
    found["heading"] = heading(python, bench.versions, effort)
    return found


def lacking_uvloop(python: pythons.Build, path: list[str]) -> str:
    """Why there are no columns of uvloop; "" if there are."""
    if pythons.question([python.path, "-c", f"import sys; sys.path[:0] = {path!r}; {UVLOOP}"]):
        return ""
    if Path(python.path).resolve().parent == pythons.unpacked().resolve():
        return f"tools/get-pythons --with uvloop fetches it for CPython {python.version} if Debian has one that fits"
    return f"CPython {python.version} ({python.path}) has none installed"


def write(where: str | None, text: str, marks: bool = False) -> bool:
    """True if it went to standard output.  With marks a file that has them keeps what is around them."""
    if where is None:
        return False
    if where == "-":
        sys.stdout.write(text)
        return True
    file = Path(where)
    old = file.read_text(encoding="utf-8") if marks and file.is_file() else ""
    if BEGIN in old and END in old:
        text = f"{old.partition(BEGIN)[0]}{BEGIN}\n{text}{END}{old.partition(END)[2]}"
    file.write_text(text, encoding="utf-8")
    return False


def main(arguments: list[str]) -> int:
    parser = parser_of_arguments()
    options = parser.parse_args(arguments)
    if options.list:
        for thing in (*rows.ROWS, *columns.COLUMNS):
            print(f"{thing.name:18} {thing.what}")
        return 0
    try:
        found = json.loads(Path(options.saved).read_text(encoding="utf-8")) if options.saved else measured(options, parser)
    except builds.BuildFailed as failure:
        print(f"{failure.log}\n{failure} failed", file=sys.stderr)
        return 1
    shown = [
        write(options.json, json.dumps(found, indent=1) + "\n"),
        write(options.markdown, table.markdown(found), marks=True),
        write(options.plot, plot.svg(found) if options.plot else ""),
    ]
    if not any(shown):
        print(found["heading"] + "\n\n" + table.text(found))
    return 1 if found["failed"] else 3 if found["missing"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
