#!/usr/bin/env python3
"""Looks at the built core: it needs nothing but C, and shows nothing but ac_ names.

    symbols.py NM STATIC_LIBRARY SHARED_LIBRARY...

The static core may ask the C library only for what any C implementation has for itself.  Each shared library exports only
names that begin with ac_, and the first of them, the core, asks the loader for the C library at most.
"""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# A freestanding compiler asks for the first four by itself; the rest are what semantics.c reads names with.
ALLOWED = {"memcpy", "memmove", "memset", "memcmp", "strlen", "strcmp", "strncmp", "strchr"}
# Compilers of some distributions add these to any program.
COMPILER = {"_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail", "__stack_chk_fail_local"}


def output(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def undefined(nm: str, archive: str) -> set[str]:
    """What the members of an archive ask for and none of them has."""
    wanted, had = set(), set()
    for line in output(nm, "--format=posix", archive):
        words = line.split()
        if len(words) < 2 or line.endswith(":"):
            continue
        (wanted if words[1] in "Uw" else had).add(words[0])
    return wanted - had


def exported(nm: str, library: str) -> list[str]:
    return [line.split()[0] for line in output(nm, "--dynamic", "--defined-only", "--format=posix", library)]


def needed(library: str) -> list[str]:
    """The libraries that the loader finds for it, but for the loader itself and what the kernel gives."""
    names = [line.split()[0] for line in output("ldd", library) if line.strip() != "statically linked"]
    return [Path(name).name for name in names if not Path(name).name.startswith(("ld-", "ld.", "linux-vdso", "linux-gate"))]


def main(arguments: list[str]) -> int:
    if len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    nm, archive, *libraries = arguments
    wrong: list[str] = []
    asked = undefined(nm, archive)
    wrong += [f"{archive}: the core asks for {name}" for name in sorted(asked - ALLOWED - COMPILER)]
    for library in libraries:
        names = exported(nm, library)
        wrong += [f"{library}: exports {name}" for name in names if not name.startswith("ac_")]
        if not names:
            wrong.append(f"{library}: exports nothing")
    wrong += [f"{libraries[0]}: needs {name}" for name in needed(libraries[0]) if not name.startswith("libc.")]
    for line in wrong:
        print(line)
    if not wrong:
        print(f"the core asks for {', '.join(sorted(asked - COMPILER)) or 'nothing'}; {len(exported(nm, libraries[0]))} names exported")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
