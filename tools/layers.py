#!/usr/bin/env python3
"""Checks which way the folders include each other, and that meson.build lists every source.

The house has one direction: flow -> task -> future -> loop -> base, and sync beside flow: neither knows the other.  A folder includes its own private headers, those of
folders to its right, and the public ones.  A host includes nothing but public and system headers.  The library calls no
system function, so its folders include only the headers of C named below.  The recorder (src/trace), the I/O (src/io) and foreign functions (src/ffi) are
held to what a host is.
The rooms of the interpreter have an order, too.
Prints each breach; the exit status is 1 if there is one.
"""
from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORDER = ("flow", "sync", "task", "future", "loop", "base")  # each may include what lies further right
SIBLINGS = {"flow", "sync"}  # but these not each other
ALLOWED_C = {"stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "limits.h", "float.h", "string.h", "stdalign.h", "stdarg.h"}
# The interpreter's rooms: each may include what lies further right.  Its top-level headers are everybody's.
ROOMS = ("asyncio", "builtins", "run", "compile", "parse", "exceptions", "values", "objects")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
LISTED = ("src", "tests", "bench", "docs/examples")  # folders whose C files must be in their meson.build
THREADED = {"src/loop/loop_impl.h", "src/loop/handle.c", "include/aiocore/loop.h"}  # may include <stdatomic.h>


def includes(path: Path) -> Iterator[tuple[int, bool, str]]:
    """The include lines of a file: line number, whether in angle brackets, what."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match.group(1) == "<", match.group(2)


def breach(folder: str, name: str, angled: bool, what: str) -> str | None:
    """Why a file of the library may not include that; None if it may."""
    if what.startswith("aiocore/"):
        if what == "aiocore/chost.h":
            return "the core knows no host"
        return None if angled else "public headers are included in angle brackets"
    if angled:
        if what == "stdatomic.h" and name not in THREADED:
            return f"<stdatomic.h> belongs to {', '.join(sorted(THREADED))}"
        return None if what in ALLOWED_C else f"<{what}> is no header that the core may use"
    if "/" not in what:
        return f'write "{folder}/{what}": private headers are named from src'
    other = what.split("/")[0]
    if other not in ORDER:
        return f"{other} is no folder of the library"
    if folder != other and {folder, other} == SIBLINGS:
        return f"sideways: {folder} may not know {other}"
    return None if ORDER.index(other) >= ORDER.index(folder) else f"upward: {folder} may not know {other}"


def core_breaches() -> Iterator[str]:
    for folder in ORDER:
        for path in sorted((ROOT / "src" / folder).glob("*.[ch]")):
            name = path.relative_to(ROOT).as_posix()
            for number, angled, what in includes(path):
                if why := breach(folder, name, angled, what):
                    yield f"{name}:{number}: {why}"


def public_breaches() -> Iterator[str]:
    for path in sorted((ROOT / "include" / "aiocore").glob("*.h")):
        name = path.relative_to(ROOT).as_posix()
        for number, angled, what in includes(path):
            system = angled and what in ALLOWED_C and (what != "stdatomic.h" or name in THREADED)
            if not system and not (angled and what.startswith("aiocore/")):
                yield f"{name}:{number}: a public header includes <aiocore/...> and the headers of C, not {what}"
            if what == "aiocore/chost.h":
                yield f"{name}:{number}: the core knows no host"


def host_breaches() -> Iterator[str]:
    """A host may have private headers in its own folder; of the core it sees the public ones."""
    homes = sorted(path for path in (ROOT / "src" / "hosts").glob("*") if path.is_dir())
    for home in [*homes, ROOT / "src" / "ffi", ROOT / "src" / "io", ROOT / "src" / "trace"]:
        for path in sorted(home.rglob("*.[ch]")):
            name = path.relative_to(ROOT).as_posix()
            for number, angled, what in includes(path):
                own = (home / what).is_file() or what.startswith(f"hosts/{home.name}/")
                if not angled and not own:
                    yield f'{name}:{number}: a host includes <aiocore/...>, system headers and its own, not "{what}"'
                if angled and re.match(r"(base|loop|future|task|flow|sync)/", what):
                    yield f"{name}:{number}: private header <{what}> of the core"


def room_breaches() -> Iterator[str]:
    home = ROOT / "src" / "hosts" / "minipy"
    for room in ROOMS:
        for path in sorted((home / room).glob("*.[ch]")):
            for number, angled, what in includes(path):
                other = what.split("/")[0]
                if not angled and other in ROOMS and ROOMS.index(other) < ROOMS.index(room):
                    yield f"{path.relative_to(ROOT).as_posix()}:{number}: upward: {room} may not know {other}"


def nearest_build(path: Path, top: Path) -> Path | None:
    """The meson.build in the folder of a file, or the next one above, no higher than top."""
    for folder in (path, *path.parents):
        if (build := folder / "meson.build").is_file():
            return build
        if folder == top:
            break
    return None


def unlisted() -> Iterator[str]:
    for folder in LISTED:
        top = ROOT / folder
        for path in sorted(top.rglob("*.c")):
            build = nearest_build(path.parent, top)
            if build is None:
                continue
            word = path.relative_to(build.parent).as_posix()
            name = word.removesuffix(".c")
            text = build.read_text(encoding="utf-8")
            if not any(f"'{listed}'" in text for listed in (word, name, name.removeprefix("test_"))):
                yield f"{build.relative_to(ROOT)}: {word} is not listed"


def main() -> int:
    found = [*core_breaches(), *public_breaches(), *host_breaches(), *room_breaches(), *unlisted()]
    for line in found:
        print(line)
    if not found:
        print("layers: nothing points upward, every source is listed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
