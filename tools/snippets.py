#!/usr/bin/env python3
"""Checks that the C code in the documentation is the code that is compiled and run.

A block of C, text or Python in a Markdown file that comes from a source says so on the line above it:

    <!-- from: docs/examples/hello.c#nap,main -->
    ```c
    ...
    ```

After the # stand the parts that make up the block, in the order they are shown, with a blank line between them.  A part is
a region between the comments  /* [name] */  and  /* [name end] */  of the source, or else the function, struct, enum,
table or macro that is called name there, without the comment above it.  Without a # it is the whole file without its head comment.
--write puts the code of the sources into the documents instead of complaining.
"""
from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = re.compile(r"^<!-- from: (?P<path>[^#\s]+)(?:#(?P<parts>[\w,]+))? -->\n```(?:c|text|python)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
LOOSE = re.compile(r"^<!-- from:", re.MULTILINE)


class Missing(Exception):
    """A snippet names something that is not there."""


@dataclass(frozen=True)
class Snippet:
    """One marked block of a document."""

    document: Path
    line: int
    path: str
    parts: str | None
    code: str
    span: tuple[int, int]  # where the code is in the document


def snippets(document: Path) -> Iterator[Snippet]:
    text = document.read_text(encoding="utf-8")
    found = list(MARK.finditer(text))
    if len(found) != len(LOOSE.findall(text)):
        raise Missing(f"{document.relative_to(ROOT)}: a 'from:' comment without a C block below it")
    for match in found:
        line = text.count("\n", 0, match.start()) + 1
        yield Snippet(document, line, match["path"], match["parts"], match["code"], match.span("code"))


def region(lines: list[str], name: str) -> list[str] | None:
    """The lines between the comments [name] and [name end]."""
    starts = [number for number, line in enumerate(lines) if line.strip() == f"/* [{name}] */"]
    ends = [number for number, line in enumerate(lines) if line.strip() == f"/* [{name} end] */"]
    return lines[starts[0] + 1 : ends[0]] if starts and ends else None


def declaration(lines: list[str], name: str) -> list[str] | None:
    """What is called name at the outermost level, to its closing brace or semicolon at the start of a line."""
    for number, line in enumerate(lines):
        if not re.match(rf"[A-Za-z#][^;]*\b{name}\b", line) or (line.startswith("#") and not line.startswith("#define")):
            continue
        if "{" not in line and line.rstrip().endswith(";"):  # a prototype, or a call's tail
            continue
        last = number
        if line.startswith("#define"):
            while lines[last].endswith("\\"):
                last += 1
        elif not (line.rstrip().endswith(";") and line.count("{") == line.count("}")):
            while last < len(lines) - 1 and not lines[last].startswith("}"):
                last += 1
        return lines[number : last + 1]
    return None


def whole(lines: list[str]) -> list[str]:
    """A file without the comment that it begins with."""
    if lines and lines[0].startswith("/*"):
        end = next(number for number, line in enumerate(lines) if "*/" in line)
        return lines[end + 1 :]
    return lines


def source_of(snippet: Snippet) -> str:
    path = ROOT / snippet.path
    if not path.is_file():
        raise Missing(f"{place(snippet)}: there is no {snippet.path}")
    lines = path.read_text(encoding="utf-8").splitlines()
    if snippet.parts is None:
        return "\n".join(whole(lines)).strip("\n") + "\n"
    parts: list[str] = []
    for name in snippet.parts.split(","):
        found = region(lines, name)
        if found is None:
            found = declaration(lines, name)
        if found is None:
            raise Missing(f"{place(snippet)}: {snippet.path} has no {name}")
        parts.append("\n".join(found).strip("\n"))
    return "\n\n".join(parts) + "\n"


def place(snippet: Snippet) -> str:
    return f"{snippet.document.relative_to(ROOT)}:{snippet.line}"


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "difftests").rglob("*.md")])


def rewrite(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for snippet in reversed(list(snippets(document))):
        text = text[: snippet.span[0]] + source_of(snippet) + text[snippet.span[1] :]
    document.write_text(text, encoding="utf-8")


def check(snippet: Snippet) -> bool:
    wanted = source_of(snippet)
    if wanted == snippet.code:
        return True
    print(f"{place(snippet)}: differs from {snippet.path}")
    lines = difflib.unified_diff(snippet.code.splitlines(), wanted.splitlines(), "document", "source", lineterm="")
    print("\n".join(f"    {line}" for line in lines))
    return False


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Checks the C code in the documentation against its sources.")
    parser.add_argument("--write", action="store_true", help="put the sources' code into the documents")
    options = parser.parse_args(arguments)
    good = bad = 0
    for document in documents():
        try:
            if options.write:
                rewrite(document)
            for snippet in snippets(document):
                if check(snippet):
                    good += 1
                else:
                    bad += 1
        except Missing as error:
            print(error)
            bad += 1
    print(f"snippets: {good} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
