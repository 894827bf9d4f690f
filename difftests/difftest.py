#!/usr/bin/env python3
"""Runs every scenario on every CPython at hand and on aiocore, and compares what it prints and every event of its loops.

    difftest.py --bin AIOCORE                        everything
    difftest.py --bin ... task/ cancel_twice FILE.py only these; each gets a row of the table
    difftest.py --bin ... --semantics 3.14           only with CPython 3.14.x
    difftest.py --bin ... --recorded                 with what was recorded; runs no CPython
    difftest.py --record                             writes that, from the CPythons at hand
    difftest.py --host install                       aiocore inside the CPythons at hand, in place of asyncio
    difftest.py --bin ... --real-time                scenarios that set no timers, on the clock and the selector of CPython
    difftest.py --ears                               does listening change what CPython prints, with and without its accelerator?

aiocore runs each scenario with the semantics of the version that the build says it is.  A CPython runs each under three hash
seeds, which must not show.  A release that was recorded but is not at hand is compared with by what was recorded.

Exit status: 0 all passed, 1 something differs, 2 nothing to compare or a wrong argument.
"""
from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import command  # noqa: E402
import corpus  # noqa: E402
import difftest_report as report  # noqa: E402
import hosts  # noqa: E402
from difftest_run import SEEDS, Column, Options, Verdict, columns_of, ears, host_columns, only_orders, record, run  # noqa: E402
from progress import Progress  # noqa: E402
from workers import pythons  # noqa: E402


def parser_of_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev difftest", description="Compares aiocore with CPython, event by event.")
    parser.add_argument("wanted", nargs="*", metavar="FILE|WORD", help="only these, or with these words in their names")
    parser.add_argument("--bin", type=command.program, metavar="PATH", help="the aiocore program")
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="a build to use, too")
    version: dict[str, Any] = {"type": command.version, "action": "append", "default": []}
    parser.add_argument("--semantics", **version, metavar="VERSION", help="only builds of this version, as 3.14; any number")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--host", action="append", default=[], choices=hosts.HOWS, help="aiocore inside each CPython, in this way")
    mode.add_argument("--recorded", action="store_true", help="compare with what was recorded, run no CPython")
    mode.add_argument("--record", action="store_true", help="only write down what the native CPythons do")
    mode.add_argument("--real-time", action="store_true", help="without virtual time, what sets no timers")
    mode.add_argument("--ears", action="store_true", help="only look whether recording changes what CPython prints")
    mode.add_argument("--list", action="store_true", help="only say what each scenario shows")
    seeds = range(1, len(SEEDS) + 1)
    parser.add_argument("--seeds", type=int, choices=seeds, default=3, metavar="N", help="hash seeds of each CPython: 1 to 5 (3)")
    parser.add_argument("--no-wasm", action="store_true", help="leave out builds that are no native CPython")
    parser.add_argument("--all", action="store_true", help="a row for each scenario")
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    parser.add_argument("--jobs", type=command.positive, default=os.cpu_count() or 1, metavar="N", help="builds at a time")
    return parser


def show_list(scenarios: Sequence[corpus.Scenario], as_json: bool) -> int:
    if as_json:
        keys = ("name", "path", "shows", "requires", "uncompared")
        print(json.dumps([{key: getattr(scenario, key) for key in keys} for scenario in scenarios], indent=1))
        return 0
    width = max(len(scenario.name) for scenario in scenarios)
    for scenario in scenarios:
        need = f"  ({scenario.needs}+)" if scenario.requires else ""
        print(f"{scenario.name:{width}}  {scenario.shows.splitlines()[0] if scenario.shows else ''}{need}")
    return 0


def finish(options: argparse.Namespace, columns: list[Column], verdicts: list[Verdict], seconds: float) -> int:
    """Shows what came of it; gives the exit status."""
    count = {state: sum(verdict.state == state for verdict in verdicts) for state in ("passed", "failed", "skipped")}
    compared = count["passed"] + count["failed"]
    if options.json:
        sources = {column.name: column.source for column in columns}
        entries = [{key: value for key, value in asdict(each).items() if key not in ("expected", "got")} for each in verdicts]
        print(json.dumps({"builds": sources, **count, "seconds": round(seconds, 1), "verdicts": entries}, indent=1))
    elif columns:
        rate = f"{compared / seconds:.0f} comparisons a second" if seconds else ""
        totals = ", ".join(f"{number} {state}" for state, number in count.items())
        print(f"difftest: {totals} ({seconds:.1f} s, {rate})")
    if not compared:
        print("difftest: there was nothing to compare", file=sys.stderr)
        return 2
    return 1 if count["failed"] else 0


def main(arguments: list[str]) -> int:
    parser = parser_of_arguments()
    options = parser.parse_args(arguments)
    scenarios, unknown = corpus.select(options.wanted)
    if unknown:
        parser.error(f"no scenario is called {unknown[0]}, and no file")
    if not scenarios:
        parser.error("there are no scenarios")
    if options.list:
        return show_list(scenarios, options.json)
    runs_aiocore = not options.record and not options.ears
    if runs_aiocore and not options.host and not options.bin:
        parser.error("--bin says where aiocore is")
    if options.json and not runs_aiocore:
        parser.error("--json is for comparisons with aiocore")
    only_native = options.no_wasm or options.record or options.ears or options.real_time or options.host
    kinds = ("native",) if only_native else pythons.KINDS
    settings = Options(options.bin or "", options.jobs, options.seeds, options.real_time)
    started = time.monotonic()
    try:
        builds = [] if options.recorded else pythons.find(options.python, kinds)
        builds = [build for build in builds if corpus.is_meant(build.version, options.semantics)]
        if options.record:
            return record(builds, scenarios, settings, whole=not options.wanted)
        if options.ears:
            return ears(builds, scenarios, settings)
        inside = hosts.find(builds, options.host) if options.host else []
    except pythons.NotAPython as error:
        parser.error(str(error))
    except hosts.NotBuilt as error:
        print(error, file=sys.stderr)
        return 1
    recorded = [word for word in corpus.recorded_versions() if corpus.is_meant(word, options.semantics)]
    columns = host_columns(inside) if options.host else columns_of(builds, recorded)
    every, scenarios = scenarios, [each for each in scenarios if not options.real_time or only_orders(each)]
    verdicts = run(columns, scenarios, settings, Progress())
    if columns and not options.json:
        report.show(columns, scenarios, verdicts, each=bool(options.wanted) or options.all, recorded=options.recorded)
        if len(scenarios) < len(every):
            left_out = len(every) - len(scenarios)
            print(f"left out, time means something to them, or nothing was recorded of them: {left_out} scenarios")
    return finish(options, columns, verdicts, time.monotonic() - started)


if __name__ == "__main__":
    command.end(main)
