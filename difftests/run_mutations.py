#!/usr/bin/env python3
"""Do the scenarios notice mistakes?  Makes one deliberate small mistake in the core after the other and runs the corpus.

    run_mutations.py                       all mutations; each until the first scenario that notices it
    run_mutations.py --only NAME...        only those, or those with these words in their names
    run_mutations.py --all                 the whole corpus for each: how many scenarios notice it
    run_mutations.py --list                what there is, and what each breaks
    run_mutations.py --markdown            prints the table of docs/mutations.md

The tree is copied to a temporary folder, once for each job, and the aiocore command built there with the core's assertions
on.  The mutations are data, mutations/*.toml; what is expected is what was recorded of CPython, recorded/VERSION/.  A
mutation is caught if a scenario prints something else, ends with another status, stops at an assertion, crashes or does
not end; if none does, the recorded events are compared, too.  First of all the tree as it is has to pass.

Exit status: 0 all are caught, 1 one survives or does not compile, 2 nothing to do, a wrong argument, or the tree as it is
does not pass.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import queue
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import command  # noqa: E402
import corpus  # noqa: E402
from mutations import catalogue  # noqa: E402
from mutations.catalogue import BadMutation, Mutation  # noqa: E402
from mutations.notice import Catch, Corpus  # noqa: E402
from mutations.tree import BuildFailed, Tree  # noqa: E402
from progress import Progress  # noqa: E402
from workers import ROOT  # noqa: E402

VERSIONS = ("3.12.1", "3.13.18", "3.15.2")  # the oldest, the newest, and one between with flags of its own


@dataclass(frozen=True)
class Result:
    """What became of one mutation."""

    name: str
    file: str
    breaks: str
    state: str  # caught, survived, broken
    catches: list[Catch]
    reason: str = ""  # broken: what the compiler said

    @property
    def scenarios(self) -> int:
        return len({catch.scenario for catch in self.catches})


# ---- the mutations -------------------------------------------------------------------------------------------


def try_one(tree: Tree, texts: Corpus, mutation: Mutation, everything: bool) -> Result:
    """Makes the mistake, runs the corpus, takes it back."""
    facts = (mutation.name, mutation.file, mutation.breaks)
    try:
        with tree.mutated(mutation) as program:
            catches = texts.notice(program, mutation.areas, everything)
    except BuildFailed as error:
        return Result(*facts, "broken", [], str(error))
    return Result(*facts, "caught" if catches else "survived", catches)


class Workshop:
    """As many copies of the tree as there are jobs; each is lent to one mutation at a time."""

    def __init__(self, folder: str, jobs: int) -> None:
        parallel = max(1, (os.cpu_count() or 1) // jobs)
        self.trees: queue.SimpleQueue[Tree] = queue.SimpleQueue()
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)
        first = Tree(ROOT, Path(folder) / "0", parallel)
        made = [first, *(Tree(first.folder, Path(folder) / str(job), parallel) for job in range(1, jobs))]
        self.program = list(self.pool.map(Tree.build, made))[0]
        for tree in made:
            self.trees.put(tree)

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_: object) -> None:
        """What has not begun is not begun any more."""
        self.pool.shutdown(cancel_futures=True)

    def run(self, texts: Corpus, mutations: list[Mutation], everything: bool) -> Iterator[Result]:
        """The results in the order in which they are known."""

        def one(mutation: Mutation) -> Result:
            tree = self.trees.get()
            try:
                return try_one(tree, texts, mutation, everything)
            finally:
                self.trees.put(tree)

        futures = [self.pool.submit(one, mutation) for mutation in mutations]
        for future in concurrent.futures.as_completed(futures):
            yield future.result()


# ---- what is shown -------------------------------------------------------------------------------------------


def words_of(result: Result, everything: bool) -> str:
    """One line of the report."""
    if result.state == "broken":
        return f"{result.name}: does not compile\n{result.reason}"
    if result.state == "survived":
        return f"{result.name}: SURVIVED\n    {result.file}: {result.breaks}"
    first = result.catches[0]
    count = f", {result.scenarios} scenarios" if everything else ""
    return f"{result.name}: {first.scenario} on {first.version}, {first.how}{count}"


def markdown(results: list[Result], everything: bool) -> str:
    """The table of the document: grouped by file."""
    head = "| Mutation | What it breaks | Noticed first by |" + (" Scenarios |" if everything else "")
    lines = [head, "|---|---|---|" + ("---|" if everything else "")]
    file = ""
    for result in sorted(results, key=lambda each: (each.file, each.name)):
        if result.file != file:
            file = result.file
            lines.append(f"| **`{file}`** | | |" + (" |" if everything else ""))
        first = f"`{result.catches[0].scenario}`, {result.catches[0].how}" if result.catches else f"**{result.state}**"
        row = f"| `{result.name}` | {result.breaks} | {first} |"
        lines.append(row + (f" {result.scenarios} |" if everything else ""))
    return "\n".join(lines)


def show_list(mutations: list[Mutation], as_json: bool) -> int:
    if as_json:
        print(json.dumps([asdict(mutation) for mutation in mutations], indent=1))
        return 0
    for mutation in mutations:
        print(f"{mutation.name}  ({mutation.file})\n    {mutation.breaks}")
    print(f"mutations: {len(mutations)} in {len({mutation.file for mutation in mutations})} files")
    return 0


def report(results: list[Result], options: argparse.Namespace, seconds: float) -> int:
    """Shows what came of all, gives the exit status."""
    count = {state: sum(result.state == state for result in results) for state in ("caught", "survived", "broken")}
    if options.json:
        print(json.dumps({**count, "results": [asdict(result) for result in results]}, indent=1))
    elif options.markdown:
        print(markdown(results, options.all))
    totals = f"{count['caught']} passed, {count['survived'] + count['broken']} failed, 0 skipped ({seconds:.1f} s)"
    print(f"mutations: {totals}", file=sys.stderr if options.json or options.markdown else sys.stdout)
    return 0 if count["caught"] == len(results) else 1


# ---- the command ---------------------------------------------------------------------------------------------


def parser_of_arguments() -> argparse.ArgumentParser:
    words = "Makes deliberate mistakes in the core; the corpus has to notice each."
    parser = argparse.ArgumentParser(prog="./dev mutations", description=words)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these, or with these words in their names")
    parser.add_argument("--jobs", type=command.positive, default=os.cpu_count() or 1, metavar="N", help="mutations at a time")
    parser.add_argument(
        "--semantics", action="append", default=[], metavar="VERSION", help=f"recorded releases to use: {', '.join(VERSIONS)}"
    )
    parser.add_argument("--all", action="store_true", help="run the whole corpus for each mutation")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--markdown", action="store_true", help="print the results as a table for docs/mutations.md")
    return parser


def chosen(mutations: list[Mutation], words: list[str]) -> list[Mutation]:
    names = {mutation.name for mutation in mutations}
    return [
        mutation
        for mutation in mutations
        if not words or any(word == mutation.name or (word not in names and word in mutation.name) for word in words)
    ]


def run(options: argparse.Namespace, mutations: list[Mutation]) -> int:
    started, progress = time.monotonic(), Progress()
    texts = Corpus(options.semantics or list(VERSIONS))
    results: list[Result] = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="aiocore-mutations-"))
        progress.show("mutations: building the tree as it is", now=True)
        workshop = stack.enter_context(Workshop(folder, min(options.jobs, len(mutations))))
        progress.show("mutations: running the corpus on the tree as it is", now=True)
        if before := texts.notice(workshop.program, (), False):
            progress.clear()
            print(f"mutations: the tree as it is does not pass {before[0].scenario} on {before[0].version}", file=sys.stderr)
            return 2
        for result in workshop.run(texts, mutations, options.all):
            results.append(result)
            progress.clear()
            if not options.json and not options.markdown:
                print(words_of(result, options.all), flush=True)
            passed = time.monotonic() - started
            progress.show(f"mutations: {len(results)} of {len(mutations)}, {passed:.0f} s", now=True)
    progress.clear()
    return report(results, options, time.monotonic() - started)


def main(arguments: list[str]) -> int:
    parser = parser_of_arguments()
    options = parser.parse_args(arguments)
    try:
        mutations = catalogue.load()
        catalogue.check(mutations, ROOT)
    except BadMutation as error:
        print(f"mutations: {error}", file=sys.stderr)
        return 2
    mutations = chosen(mutations, options.only)
    if not mutations:
        parser.error("no mutation is called that")
    if unknown := [version for version in options.semantics if version not in corpus.recorded_versions()]:
        parser.error(f"nothing is recorded of {unknown[0]}")
    if options.list:
        return show_list(mutations, options.json)
    try:
        return run(options, mutations)
    except (BuildFailed, BadMutation) as error:
        print(f"mutations: the tree as it is does not build:\n{error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    command.end(main)
