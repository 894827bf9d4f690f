#!/usr/bin/env python3
"""Compares all asyncio programs up to a size on aiocore and on each CPython that is found.

    run_exhaustive.py --bin AIOCORE                              up to 3 operations
    run_exhaustive.py --bin AIOCORE --size 4 --jobs 2            up to 4
    run_exhaustive.py --bin AIOCORE --size 5 --family cancel     more operations out of fewer kinds
    run_exhaustive.py --bin AIOCORE --size 5 --shard 1/8         every eighth program
    run_exhaustive.py --bin AIOCORE "T(G1(w0!) x)! L2(c0)"       only these programs, in the notation of the enumeration

docs/exhaustive.md says what is enumerated.  Programs that differ are written out as scenario files in regressions/, at most
--show of them.  Exit status: 0 no difference, 1 some, 2 nothing was compared or a wrong argument.
"""
from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import command  # noqa: E402
import corpus  # noqa: E402
from exhaustive import enumeration, plain, programs  # noqa: E402
from exhaustive.compare import Bench, Tally, save  # noqa: E402
from exhaustive.programs import Body  # noqa: E402
from progress import Progress  # noqa: E402
from workers import pythons  # noqa: E402

CHUNK = 300  # programs in one scenario file


class Benches:
    """As many benches as threads; each chunk borrows one."""

    def __init__(self, count: int, aiocore: str, builds: list[pythons.Build], flags: str, pure: bool) -> None:
        self.all = [Bench(aiocore, builds, flags, pure) for _ in range(count)]
        self.free: SimpleQueue[Bench] = SimpleQueue()
        for bench in self.all:
            self.free.put(bench)

    def judge(self, chunk: list[Body]) -> Tally:
        bench = self.free.get()
        try:
            return bench.judge(chunk)
        finally:
            self.free.put(bench)

    def close(self) -> None:
        for bench in self.all:
            bench.close()


def chunks(bodies: Iterable[Body]) -> Iterator[list[Body]]:
    iterator = iter(bodies)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def run_all(benches: Benches, bodies: Iterable[Body], label: str, progress: Progress) -> Tally:
    """Compares all of them; they are made while others run."""
    total, started = Tally(), time.monotonic()

    def add(done: Iterable[Future[Tally]]) -> None:
        for each in done:
            total.add(each.result())
            rate = total.comparisons / max(time.monotonic() - started, 0.001)
            words = f"{total.programs} programs, {len(total.differences)} differences, {rate:.0f} comparisons a second"
            progress.show(f"{label}: {words}")

    waiting: set[Future[Tally]] = set()
    with ThreadPoolExecutor(len(benches.all)) as pool:
        for chunk in chunks(bodies):
            waiting.add(pool.submit(benches.judge, chunk))
            if len(waiting) > 2 * len(benches.all):
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                add(done)
        add(waiting)
    progress.clear()
    return total


# ---- what is shown -------------------------------------------------------------------------------------------


def show_differences(benches: Benches, tally: Tally, options: argparse.Namespace) -> list[dict[str, object]]:
    """The first programs that differ: written out, and what is known of each."""
    by_body: dict[Body, list[str]] = {}
    for difference in tally.differences:
        by_body.setdefault(difference.body, []).append(difference.version)
    entries: list[dict[str, object]] = []
    for body in sorted(by_body, key=lambda body: (programs.size(body), programs.text(body)))[: options.show]:
        path, found = save(benches.all[0], body, options.keep)
        what = next(each.what for each in tally.differences if each.body == body)
        entries.append(
            {"program": programs.text(body), "versions": by_body[body], "what": what, "plain": found, "file": str(path)}
        )
        if not options.json:
            print(f"{programs.text(body)} on {', '.join(by_body[body])}: {what}\n  {path}")
            print("".join(f"    {line}" for line in plain.operations(body).splitlines(keepends=True)))
    return entries


def pair_table(tally: Tally, versions: list[str]) -> list[str]:
    """In how many programs two CPythons differ from each other."""
    lines = ["programs that two CPythons run differently:", f"{'':10}" + "".join(f"{version:>9}" for version in versions[1:])]
    for index, older in enumerate(versions[:-1]):
        cells = ["" if at <= index else str(tally.pairs[older, newer]) for at, newer in enumerate(versions)]
        lines.append(f"{older:10}" + "".join(f"{cell:>9}" for cell in cells[1:]))
    return lines


# ---- the command ---------------------------------------------------------------------------------------------


def program_of(text: str) -> Body:
    try:
        return programs.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def parser_of_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev exhaustive", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("programs", nargs="*", type=program_of, metavar="PROGRAM", help="only these, not all of a size")
    parser.add_argument("--bin", type=command.program, metavar="AIOCORE", help="the aiocore program")
    parser.add_argument("--size", type=command.positive, default=3, metavar="N", help="up to so many operations (default 3)")
    parser.add_argument("--family", choices=list(enumeration.FAMILIES), default="all", help="which operations (default all)")
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="a CPython to use, too")
    version: dict[str, Any] = {"type": command.version, "action": "append", "default": []}
    parser.add_argument("--semantics", **version, metavar="VERSION", help="only CPythons of this version; any number")
    parser.add_argument("--jobs", type=command.positive, default=os.cpu_count() or 1, metavar="N", help="chunks at a time")
    parser.add_argument("--shard", type=command.shard, default=(1, 1), metavar="K/N", help="every Nth program, from the Kth on")
    parser.add_argument("--output-only", action="store_true", help="compare what is printed, not the event record")
    parser.add_argument("--pure", action="store_true", help="CPython's Task and Future written in Python, not those in C")
    parser.add_argument("--count", action="store_true", help="only count the programs")
    parser.add_argument("--show", type=command.natural, default=5, metavar="N", help="how many programs that differ (default 5)")
    folder: dict[str, Any] = {"type": command.new_folder, "default": corpus.REGRESSIONS}
    parser.add_argument("--keep", **folder, metavar="FOLDER", help="where these are written")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    return parser


def batches(options: argparse.Namespace) -> Iterator[tuple[str, Iterable[Body]]]:
    """What is compared, under a label each."""
    if options.programs:
        yield "given", options.programs
        return
    part, parts = options.shard
    for size in range(options.size + 1):
        every = enumeration.enumerate_programs(enumeration.FAMILIES[options.family], size)
        yield f"size {size}", islice(every, part - 1, None, parts)


def count(options: argparse.Namespace) -> int:
    for label, bodies in batches(options):
        print(f"{label}: {sum(1 for _ in bodies)} programs", flush=True)
    return 0


def compare(options: argparse.Namespace, builds: list[pythons.Build]) -> int:
    started, progress, total = time.monotonic(), Progress(), Tally()
    sizes: dict[str, dict[str, int]] = {}
    benches = Benches(options.jobs, options.bin, builds, "" if options.output_only else "r", options.pure)
    try:
        for label, bodies in batches(options):
            tally = run_all(benches, bodies, label, progress)
            total.add(tally)
            failed = len(tally.differences)
            sizes[label] = {"programs": tally.programs, "comparisons": tally.comparisons, "failed": failed}
            if not options.json:
                print(f"{label}: {tally.programs} programs, {tally.comparisons} comparisons, {failed} differences", flush=True)
        entries = show_differences(benches, total, options)
    finally:
        benches.close()
    versions = [build.version for build in builds]
    seconds = time.monotonic() - started
    failed = len(total.differences)
    if options.json:
        pairs = [{"versions": list(pair), "programs": number} for pair, number in total.pairs.items()]
        words = {"versions": versions, "family": options.family, "sizes": sizes, "pairs": pairs, "differences": entries}
        words |= {"passed": total.comparisons - failed, "failed": failed, "seconds": round(seconds, 1)}
        print(json.dumps(words, indent=1))
    else:
        print("\n".join(pair_table(total, versions) if len(versions) > 1 and total.programs else []))
        passed = total.comparisons - failed
        print(f"exhaustive: {total.programs} programs, {passed} comparisons passed, {failed} failed ({seconds:.1f} s)")
    return 1 if failed else 0 if total.comparisons else 2


def main(arguments: list[str]) -> int:
    parser = parser_of_arguments()
    options = parser.parse_args(arguments)
    if options.count:
        return count(options)
    if not options.bin:
        parser.error("--bin says where aiocore is")
    try:
        builds = [build for build in pythons.find(options.python) if corpus.is_meant(build.version, options.semantics)]
    except pythons.NotAPython as error:
        parser.error(str(error))
    if not builds:
        print("exhaustive: there is no such CPython to compare with (./dev pythons fetches some)", file=sys.stderr)
        return 2
    return compare(options, builds)


if __name__ == "__main__":
    command.end(main)
