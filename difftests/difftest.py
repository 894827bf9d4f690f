#!/usr/bin/env python3
"""Runs every scenario on every CPython at hand and on aiocore, and compares what it prints and every event of its loops.

    difftest.py --bin AIOCORE                        everything
    difftest.py --bin ... task/ cancel_twice FILE.py only these; each gets a row of the table
    difftest.py --bin ... --semantics 3.14           only with CPython 3.14.x
    difftest.py --bin ... --recorded                 with what was recorded; runs no CPython
    difftest.py --record                             writes that, from the CPythons at hand
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
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import corpus  # noqa: E402
import difftest_report as report  # noqa: E402
from difftest_run import Column, Options, Verdict, columns_of, ears, record, run  # noqa: E402
from workers import pythons  # noqa: E402


def parser_of_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev difftest", description="Compares aiocore with CPython, event by event.")
    parser.add_argument("wanted", nargs="*", metavar="FILE|WORD", help="only these, or with these words in their names")
    parser.add_argument("--bin", metavar="PATH", help="the aiocore program")
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="a build to use, too")
    parser.add_argument("--semantics", action="append", default=[], metavar="VERSION", help="only builds of this version, as 3.14")
    parser.add_argument("--recorded", action="store_true", help="compare with what was recorded, run no CPython")
    parser.add_argument("--record", action="store_true", help="only write down what the native CPythons do")
    parser.add_argument("--real-time", action="store_true", help="without virtual time, what sets no timers")
    parser.add_argument("--ears", action="store_true", help="only look whether recording changes what CPython prints")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="hash seeds that each CPython runs under (3)")
    parser.add_argument("--no-wasm", action="store_true", help="leave out builds that are no native CPython")
    parser.add_argument("--all", action="store_true", help="a row for each scenario")
    parser.add_argument("--list", action="store_true", help="only say what each scenario shows")
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="builds at a time")
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
        parser.error(f"no scenario is called {unknown[0]}")
    if not scenarios:
        parser.error("there are no scenarios")
    if bad := [word for word in options.semantics if not all(part.isdigit() for part in word.split("."))]:
        parser.error(f"{bad[0]} is no version")
    if options.list:
        return show_list(scenarios, options.json)
    needs_aiocore = not options.record and not options.ears
    if needs_aiocore and not (options.bin and os.path.isfile(options.bin) and os.access(options.bin, os.X_OK)):
        parser.error(f"{options.bin} is no program" if options.bin else "--bin says where aiocore is")
    kinds = ("native",) if options.no_wasm or options.record or options.ears or options.real_time else pythons.KINDS
    settings = Options(options.bin or "", max(1, options.jobs), max(1, options.seeds), options.real_time)
    started = time.monotonic()
    try:
        builds = [] if options.recorded else pythons.find(options.python, kinds)
        builds = [build for build in builds if report.is_meant(build.version, options.semantics)]
        if options.record:
            return record(builds, scenarios, settings, whole=not options.wanted)
        if options.ears:
            return ears(builds, scenarios, settings)
    except pythons.NotAPython as error:
        parser.error(str(error))
    columns = columns_of(builds, [word for word in corpus.recorded_versions() if report.is_meant(word, options.semantics)])
    verdicts = run(columns, scenarios, settings, report.progress())
    if not options.json:
        report.show(columns, scenarios, verdicts, each=bool(options.wanted) or options.all, recorded=options.recorded)
    return finish(options, columns, verdicts, time.monotonic() - started)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # "... --list | head" ends quietly
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
