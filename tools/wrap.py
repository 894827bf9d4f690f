#!/usr/bin/env python3
"""Wraps the comment lines of C files that are wider than the limit, and touches nothing else.

clang-format could do it, but it joins whole paragraphs, and the head comments here are tables.  Here the words that stick
out move to the line below if that goes on with the same paragraph, else to a new line.
--check names the lines instead; the exit status is then 1 if there are any.
"""
from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

WIDTH = 110
RULER = re.compile(r"^(\s*/\* -+ .*? )(-{10,})( \*/)$")
ENTRY = re.compile(r"^( \* [A-Z][\w-]+ {2,})\S")  # "Idea       ..." in a head comment
NEW_SENTENCE = re.compile(r"(AC_E_\w|asyncio:|HOST|- |\(\d\))")


def indent_of(line: str) -> str:
    """How a line begins that goes on where this one ends."""
    if match := ENTRY.match(line):
        return " *" + " " * (len(match[1]) - 2)
    if match := re.match(r"^(\s*)/\* ?", line):
        return match[1] + " * "
    match = re.match(r"^\s*\*\s*", line)
    return match[0] if match else ""


def goes_on(tail: str, indent: str, following: str) -> bool:
    """Whether the following line belongs to the paragraph that tail ends."""
    text = following[len(indent) :]
    if not following.startswith(indent) or not text or text[0] in " /":
        return False
    return not (tail.endswith((".", ":")) and NEW_SENTENCE.match(text)) and not ENTRY.match(following)


def is_comment(line: str, inside: bool) -> bool:
    return line.lstrip().startswith("/*") or (inside and line.lstrip().startswith("*"))


def split(line: str) -> tuple[str, str]:
    """The line up to the limit, and the words that stick out.  A closing mark takes a word with it."""
    body, close = (line[:-3].rstrip(), " */") if line.endswith(" */") else (line, "")
    cut = body.rfind(" ", 0, WIDTH + 1) if len(body) > WIDTH else body.rfind(" ")
    if cut <= len(indent_of(line)):
        return line, ""
    return body[:cut].rstrip(), body[cut:].strip() + close


def wrap(lines: list[str]) -> list[int]:
    """Wraps in place; gives the numbers of the lines that were too wide."""
    found: list[int] = []
    inside, number = False, 0
    while number < len(lines):
        line = lines[number]
        comment = is_comment(line, inside)
        inside = "/*" in line[line.rfind("*/") + 1 :] or (inside and "*/" not in line)
        if len(line) > WIDTH and comment:
            if match := RULER.match(line):
                lines[number] = match[1] + match[2][: WIDTH - 4 - len(line)] + match[3]
                found.append(number + 1)
            else:
                head, tail = split(line)
                if tail:
                    found.append(number + 1)
                    indent = indent_of(line)
                    lines[number] = head
                    following = lines[number + 1] if number + 1 < len(lines) else ""
                    if "*/" not in tail and goes_on(tail, indent, following):
                        gap = "  " if tail.endswith(".") else " "
                        lines[number + 1] = indent + tail + gap + following[len(indent) :]
                    else:
                        lines.insert(number + 1, indent + tail)
                    inside = True
        number += 1
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Wraps comment lines that are too wide.")
    parser.add_argument("file", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true", help="only name them")
    options = parser.parse_args(arguments)
    wide = 0
    for path in options.file:
        lines = path.read_text(encoding="utf-8").split("\n")
        found = wrap(lines)
        wide += len(found)
        if options.check:
            for number in found:
                print(f"{path}:{number}: wider than {WIDTH} columns (./dev format)")
        elif found:
            path.write_text("\n".join(lines), encoding="utf-8")
    return 1 if wide and options.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
