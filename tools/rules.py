#!/usr/bin/env python3
"""The rules of docs/semantics.md and their proofs.

    rules.py            checks that each rule names a function of aiocore, one of CPython and a scenario, and that all exist
    rules.py --write    writes the links; "= FUNCTION | module.NAME | scenario, scenario" is the short form of such a line

A rule without a proof fails.  Names of CPython are looked up in the newest build at hand, from 3.14 on; those of its C code only have to
look like names, since no build has their source.
"""
from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pythons

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "semantics.md"
SCENARIOS = ROOT / "difftests" / "scenarios"
TWINS = ROOT / "difftests" / "twins"
SOURCES = ("src/base", "src/loop", "src/future", "src/task", "src/flow", "src/sync", "src/trace")
HEADING = re.compile(r"^### (\d+)\. (\S.*)$")
LINKED = re.compile(r"^aiocore (?P<ours>.*) · CPython (?P<theirs>.*) · shown by (?P<shown>.*)$")
QUOTED = re.compile(r"`([^`]+)`")
DEFINED = re.compile(r"^(?:ACI_\w+ +)?(?:static +)?(?:inline +)?[a-z]\w*(?: +[a-z]\w*)*[ *]+(\w+)\(", re.MULTILINE)
NAMED_SINCE = (3, 14)
MODULES_IN_C = ("_asyncio", "_heapq")


@dataclass(frozen=True)
class Proof:
    """The last line of a rule."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    number: int
    title: str
    line: int  # of its heading
    words: str
    proof: Proof | None


def proof_of(line: str) -> Proof | None:
    """Reads a line in the short or in the written form."""
    if line.startswith("= "):
        parts = [tuple(name.strip() for name in part.split(",")) for part in line[2:].split("|")]
        return Proof(*parts) if len(parts) == 3 else None
    match = LINKED.match(line)
    if match is None:
        return None
    return Proof(*(tuple(QUOTED.findall(match[part])) for part in ("ours", "theirs", "shown")))


def read(text: str) -> list[Rule]:
    rules: list[Rule] = []
    lines = text.splitlines()
    starts = [index for index, line in enumerate(lines) if HEADING.match(line)]
    for start in starts:
        match = HEADING.match(lines[start])
        assert match is not None
        end = next((index for index in range(start + 1, len(lines)) if lines[index].startswith("#")), len(lines))
        body = [line for line in lines[start + 1 : end] if line.strip()]
        proof = proof_of(body[-1]) if body else None
        words = " ".join(body[:-1] if proof else body)
        rules.append(Rule(int(match[1]), match[2], start + 1, words, proof))
    return rules


# ---- What exists ----


@cache
def functions() -> dict[str, str]:
    """Where each function of the core is defined."""
    found: dict[str, str] = {}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).glob("*.[ch]")):
            for name in DEFINED.findall(path.read_text(encoding="utf-8")):
                if path.suffix == ".c" or name not in found:
                    found[name] = path.relative_to(ROOT).as_posix()
    return found


def scenario_path(name: str) -> Path:
    return TWINS / f"{name[6:]}.py" if name.startswith("twins/") else SCENARIOS / f"{name}.py"


def names_in(tree: ast.AST, prefix: str = "") -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name
            yield from names_in(node, f"{prefix}{node.name}.")


@cache
def library() -> Path | None:
    """The standard library of the newest CPython at hand; None: none has all the names, older ones lack some."""
    builds = [build for build in pythons.find() if build.key >= NAMED_SINCE]
    if not builds:
        return None
    question = [builds[-1].path, "-c", "import os; print(os.path.dirname(os.__file__))"]
    done = subprocess.run(question, capture_output=True, text=True, timeout=60, check=True)
    return Path(done.stdout.strip())


@cache
def names_of(module: str) -> frozenset[str] | None:
    """The functions and classes of a module of asyncio or the library; None: no CPython to look at."""
    folder = library()
    if folder is None:
        return None
    for path in (folder / "asyncio" / f"{module}.py", folder / f"{module}.py"):
        if path.exists():
            return frozenset(names_in(ast.parse(path.read_text(encoding="utf-8"))))
    return frozenset()


def is_known(theirs: str) -> bool:
    module, _, name = theirs.partition(".")
    if module in MODULES_IN_C:
        return re.fullmatch(r"\w+(\.\w+)?", name) is not None
    known = names_of(module)
    return known is None or name in known


# ---- Checking and writing ----


def complaints(rule: Rule) -> Iterator[str]:
    if rule.proof is None or not all((rule.proof.ours, rule.proof.theirs, rule.proof.shown)):
        yield "has no proof: its last line must name a function, what it models, and a scenario"
        return
    if len(rule.words) < 20:
        yield "says nothing"
    for name in rule.proof.ours:
        if name not in functions():
            yield f"no function of the core is called {name}"
    for name in rule.proof.theirs:
        if not is_known(name):
            yield f"CPython has no {name}"
    for name in rule.proof.shown:
        if not scenario_path(name).exists():
            yield f"there is no scenario {name}"


def check(rules: list[Rule]) -> list[str]:
    wrong = [f"{DOCUMENT.name}:{rule.line}: rule {rule.number} {words}" for rule in rules for words in complaints(rule)]
    wrong += [
        f"{DOCUMENT.name}:{rule.line}: rule {rule.number} should be rule {expected}"
        for expected, rule in enumerate(rules, 1)
        if rule.number != expected
    ]
    return wrong


def link(name: str, target: Path) -> str:
    return f"[`{name}`]({Path('..') / target})"


def written(proof: Proof) -> str:
    ours = ", ".join(link(name, Path(functions().get(name, "src"))) for name in proof.ours)
    theirs = ", ".join(f"`{name}`" for name in proof.theirs)
    shown = ", ".join(link(name, scenario_path(name).relative_to(ROOT)) for name in proof.shown)
    return f"aiocore {ours} · CPython {theirs} · shown by {shown}"


def rewrite(text: str) -> str:
    """The document with the links of today."""
    lines = []
    for line in text.splitlines():
        proof = proof_of(line)
        if proof is not None and lines and lines[-1] != "":
            lines.append("")
        lines.append(written(proof) if proof is not None else line)
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the links")
    options = parser.parse_args()
    text = DOCUMENT.read_text(encoding="utf-8")
    if options.write:
        DOCUMENT.write_text(rewrite(text), encoding="utf-8")
        text = rewrite(text)
    rules = read(text)
    wrong = check(rules)
    if rewrite(text) != text:
        wrong.append(f"{DOCUMENT.name}: the links are not those of today: tools/rules.py --write")
    for words in wrong:
        print(words)
    if library() is None:
        print("skipped: the names of CPython, no build of 3.14 or later is at hand")
    print(f"rules: {len(rules) - len({words.split(':')[1] for words in wrong})} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
