#!/usr/bin/env python3
"""Compares random programs on aiocore and on each CPython at hand, until the time is up.

    fuzz.py --bin AIOCORE [--seconds N] [--seed S] [--jobs N] [--shard K/N] ...     ./dev fuzz builds AIOCORE and calls this
    fuzz.py --host install ...                              aiocore inside each CPython, against the same CPython without
    fuzz.py --bin AIOCORE --replay FILE...                                          these programs instead of random ones
    fuzz.py --show SEED                                                             prints the program of a seed

What is compared: standard output, the exit status, the event record.  A difference is run again, shrunk to a minimal program,
saved in difftests/regressions/ and shown.  docs/fuzzing.md says more.  Exit status: 0 no difference, 1 some, 2 nothing was
compared.
"""
from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import command  # noqa: E402
import corpus  # noqa: E402
import hosts  # noqa: E402
from fuzzing import bench, edges, findings, summary  # noqa: E402
from fuzzing.campaign import Campaign, Settings  # noqa: E402
from programs.generate import generate  # noqa: E402
from progress import Progress  # noqa: E402
from workers import Program, pythons  # noqa: E402


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds above 0")
    return number


def parser() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(prog="./dev fuzz", description=(__doc__ or "").splitlines()[0])
    add = words.add_argument
    add("--bin", type=command.program, metavar="AIOCORE", help="the aiocore command; that of './dev build steer' counts branches")
    add("--host", action="append", default=[], choices=hosts.HOWS, help="in place of the command: aiocore in each CPython")
    add("--seconds", type=seconds, default=60.0, metavar="N", help="how long (60); shrinking what is found may take longer")
    add("--seed", type=command.natural, metavar="S", help="the same programs for the same seed (one by chance, which is printed)")
    add("--programs", type=command.positive, metavar="N", help="stop after so many programs")
    add("--jobs", type=command.positive, default=os.cpu_count() or 1, metavar="N", help="programs at a time (the processors)")
    add("--shard", type=command.shard, default=(1, 1), metavar="K/N", help="every Nth program, from the Kth: N runs share the work")
    add("--python", nargs="+", action="extend", default=[], metavar="PATH", help="more CPythons than those that are found")
    version: dict[str, Any] = {"type": command.version, "nargs": "+", "action": "extend", "default": []}
    add("--semantics", **version, metavar="V", help="only these CPythons, as 3.14 or 3.13.0")
    add("--kinds", nargs="+", choices=("native", "wasm"), default=["native"], metavar="KIND", help="native (alone), wasm")
    add("--keep", type=command.new_folder, metavar="DIR", help="save there what differs, small and whole, and what CPython dies of")
    add("--report", type=command.new_file, metavar="FILE", help="write the summary as a document, with all features and branches")
    add("--json", action="store_true", help="the summary as a JSON document on standard output")
    add("--replay", nargs="+", type=command.file, metavar="FILE", help="compare these programs; shrink and save only with --keep")
    add("--show", type=command.natural, metavar="SEED", help="print the program of a seed, as the first round makes it")
    add("--wrong", metavar="V", help=argparse.SUPPRESS)  # for the fuzzer's own tests: aiocore behaves as this release everywhere
    return words


def matching(options: argparse.Namespace) -> tuple[pythons.Build, ...]:
    """The builds that were asked for."""
    found = pythons.find(options.python, options.kinds)
    return tuple(build for build in found if corpus.is_meant(build.version, options.semantics))


def replay(options: argparse.Namespace, setup: bench.Setup) -> int:
    """Runs given programs; 1 if one differs."""
    kept = findings.Findings(setup, options.keep or corpus.REGRESSIONS, keep_whole=False)
    progress, started, passed, failed, skipped = Progress(), time.monotonic(), 0, 0, 0
    crashes: dict[str, list[str]] = {}
    with bench.Bench(setup) as processes:
        for path in options.replay:
            program = Program(path.name, path.read_text(encoding="utf-8", errors="replace"))
            compared = processes.compare_all(program, processes.versions)
            for one in compared:
                if one.crashed:
                    crashes.setdefault(one.version, []).append(program.name)
                    skipped += 1
            failed += sum(one.difference is not None for one in compared)
            passed += sum(one.difference is None and not one.crashed for one in compared)
            for finding in kept.note(program, compared):
                if options.keep:
                    kept.look_into(finding, progress.shrinking(finding.name))
                    kept.settle(finding)
    progress.clear()
    found = summary.differences(kept)
    if options.json:
        counts = {"passed": passed, "failed": failed, "skipped": skipped}
        print(json.dumps({"programs": len(options.replay), **counts, "crashes": crashes, "differences": found}, indent=1))
    else:
        words = [*summary.differences_text({"differences": found}), *summary.crashes_text({"crashes": crashes})]
        print("".join(f"{line}\n" for line in words), end="")
    last = f"fuzz: {passed} passed, {failed} failed, {skipped} skipped ({time.monotonic() - started:.1f} s)"
    print(last, file=sys.stderr if options.json else sys.stdout)
    return 1 if failed else 0 if passed else 2


def fuzz(options: argparse.Namespace, setup: bench.Setup) -> int:
    """A run; 1 if something differs."""
    seed = options.seed if options.seed is not None else secrets.randbelow(1_000_000)
    progress = Progress()
    versions = ", ".join(setup.names)
    print(f"fuzz: seed {seed}, {options.seconds:.0f} s, CPython {versions}", file=sys.stderr)
    try:
        with bench.Bench(setup) as processes:
            vocabulary = bench.vocabulary(processes)
    except RuntimeError as error:  # a build or aiocore does not run at all
        print(f"fuzz: {error}", file=sys.stderr)
        return 2
    folder, jobs = options.keep or corpus.REGRESSIONS, options.jobs
    settings = Settings(seed, options.seconds, options.programs, jobs, options.shard, folder, bool(options.keep))
    counted = edges.read(setup.binary) if not setup.inside else edges.EdgeMap()
    campaign = Campaign(settings, setup, vocabulary, counted, progress)
    campaign.run()
    found = summary.facts(campaign)
    if options.json:
        print(json.dumps(found, indent=1))
    print(summary.text(found), file=sys.stderr if options.json else sys.stdout, flush=True)
    if options.report:
        summary.write_report(options.report, found)
    return 1 if found["programs_that_differ"] else 0 if found["comparisons"] else 2


def main(arguments: list[str]) -> int:
    words = parser()
    options = words.parse_args(arguments)
    if options.show is not None:
        print(generate(options.show).program.source, end="")
        return 0
    if not options.bin and not options.host:
        words.error("--bin says where aiocore is")
    try:
        builds = matching(options)
        inside = hosts.find(builds, options.host) if options.host else []
    except pythons.NotAPython as error:
        words.error(str(error))
    except hosts.NotBuilt as error:
        print(error, file=sys.stderr)
        return 1
    if not builds or (options.host and not inside):
        words.error("no such CPython is at hand (./dev pythons fetches some)")
    setup = bench.Setup(builds, os.path.abspath(options.bin or ""), options.wrong, tuple(inside))
    return replay(options, setup) if options.replay else fuzz(options, setup)


if __name__ == "__main__":
    command.end(main)
