#!/usr/bin/env python3
"""Shows for each semantics flag a program, the CPythons that differ in it, and that aiocore differs in the same way.

    run_flags.py --bin AIOCORE              the table, with every CPython that is found
    run_flags.py --bin AIOCORE sleep group  only flags with these words in their names
    run_flags.py --bin AIOCORE --markdown   prints the table of docs/versions.md; nothing is run
    run_flags.py --bin AIOCORE --write      puts it there

What is asked of each program is in flags/judge.py.  A flag without a program fails, and so does a "# flag:" of a program that
is none, or is shown by another one.

Exit status: 0 all passed, 1 something differs or is not shown, 2 nothing to compare or a wrong argument.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import command  # noqa: E402
from flags import show, table as tables  # noqa: E402
from flags.judge import Verdict, judge  # noqa: E402
from flags.sides import Aiocore, run_builds  # noqa: E402
from flags.table import Flag, Table, Witness  # noqa: E402
from progress import Progress  # noqa: E402
from workers import pythons  # noqa: E402


def judge_flag(
    flag: Flag, programs: list[Witness], table: Table, seen: dict[str, dict[str, str]], ours: Aiocore
) -> list[Verdict]:
    """A verdict for each of its programs; one that fails if there is none."""
    mine = [each for each in programs if each.flag == flag.name]
    if not mine:
        return [Verdict(flag.name, "", "failed", ["no program shows it"])]
    verdicts = []
    for witness in mine:
        builds = {build: texts[witness.name] for build, texts in seen.items() if witness.name in texts}
        if not ours.can(witness):
            missing = f"{ours.twins} has no {witness.twin}: --twins says where the compiled twins are"
            verdicts.append(Verdict(flag.name, witness.name, "skipped", [], [missing]))
            continue
        verdicts.append(judge(flag, witness, list(table.releases), builds, lambda profile: ours.text(witness, profile)))
    return verdicts


def run_all(
    flags: list[Flag], programs: list[Witness], table: Table, builds: list[pythons.Build], ours: Aiocore, jobs: int
) -> list[Verdict]:
    progress = Progress()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        progress.show(f"flags: {len(programs)} programs on {len(builds)} builds", now=True)
        seen = run_builds(builds, programs, pool)
        verdicts: list[Verdict] = []
        for done, some in enumerate(pool.map(lambda flag: judge_flag(flag, programs, table, seen, ours), flags), 1):
            verdicts += some
            progress.show(f"flags: {done} of {len(flags)}, {len(ours.known)} runs of aiocore")
    progress.clear()
    return verdicts


def parser_of_arguments() -> argparse.ArgumentParser:
    words = "Shows each semantics flag on CPython and on aiocore."
    parser = argparse.ArgumentParser(prog="./dev flags", description=words)
    parser.add_argument("words", nargs="*", metavar="WORD", help="only flags with such a word in their names")
    parser.add_argument("--bin", required=True, type=command.program, metavar="PATH", help="the aiocore program")
    parser.add_argument("--twins", metavar="DIR", help="the compiled twins (default: beside the program)")
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="a CPython to use, too")
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    parser.add_argument("--markdown", action="store_true", help="only print the table of docs/versions.md")
    parser.add_argument("--write", action="store_true", help="only put it there")
    parser.add_argument("--jobs", type=command.positive, default=os.cpu_count() or 1, metavar="N", help="programs at a time")
    return parser


def finish(table: Table, verdicts: list[Verdict], strays: list[str], as_json: bool, seconds: float) -> int:
    """Shows what came of it; gives the exit status."""
    count = {state: sum(each.state == state for each in verdicts) for state in ("passed", "failed", "skipped")}
    count["failed"] += len(strays)
    if as_json:
        print(json.dumps(show.as_json(table, verdicts, strays, count), indent=1))
    else:
        print("\n".join([*show.rows(table, verdicts), *show.remarks(verdicts), *strays]))
        print(f"flags: {', '.join(f'{number} {state}' for state, number in count.items())} ({seconds:.1f} s)")
    if not count["passed"] and not count["failed"]:
        return 2
    return 1 if count["failed"] else 0


def write_table(table: Table, to_document: bool) -> None:
    if not to_document:
        print("\n".join(show.markdown(table)))
        return
    document = show.DOCUMENT
    text = document.read_text(encoding="utf-8")
    document.write_text(show.in_document(text, table), encoding="utf-8")


def main(arguments: list[str]) -> int:
    parser = parser_of_arguments()
    options = parser.parse_args(arguments)
    started = time.monotonic()
    binary = Path(options.bin).resolve()
    twins = Path(options.twins).resolve() if options.twins else binary.parent.parent / "difftests"
    try:
        table = tables.load(str(binary))
        builds = [] if options.markdown or options.write else pythons.find(options.python, ("native", "wasm"))
    except (tables.NoTable, pythons.NotAPython) as error:
        parser.error(str(error))
    if options.markdown or options.write:
        write_table(table, options.write)
        return 0
    programs = tables.witnesses()
    flags = [flag for flag in table.flags if not options.words or any(word in flag.name for word in options.words)]
    if not flags:
        parser.error(f"no flag has a name with {' or '.join(options.words)} in it")
    wanted = {flag.name for flag in flags}
    ours = Aiocore(str(binary), twins)
    try:
        chosen = [each for each in programs if each.flag in wanted]
        verdicts = run_all(flags, chosen, table, builds, ours, options.jobs)
    finally:
        ours.close()
    return finish(table, verdicts, tables.strays(table, programs), options.json, time.monotonic() - started)


if __name__ == "__main__":
    command.end(main)
