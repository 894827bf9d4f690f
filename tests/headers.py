#!/usr/bin/env python3
"""Compiles every public header alone, as C11 and C++17, and shows that ownership is checked.

    headers.py SOURCE_ROOT COMPILER...          (gcc, g++, clang, clang++: those that are there)

1. Each header alone, in both languages, with and without AC_CHECK_OWNERSHIP, with all warnings as errors.
2. With AC_CHECK_OWNERSHIP a program that passes an ac_ref where an ac_value belongs, or the other way round, does not
   compile; without it the same program does.
3. The core for a 32-bit machine without an operating system: no header but those of C, no assumption about sizes.
   Skipped, with the reason, where the compiler cannot.
The last line is "N passed, N failed, N skipped".
"""
from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only"]
MIXED = {
    "a borrowed value where an owned one belongs": "ac_value take(ac_ref lent); ac_value take(ac_ref lent) { return lent; }",
    "an owned value where a borrowed one belongs": "ac_ref lend(ac_value own); ac_ref lend(ac_value own) { return own; }",
}
CORE = ("base", "loop", "future", "task", "flow", "sync")
# What a 32-bit machine without a C library must have: the four functions that a compiler asks for anyway.
STRING_H = """\
#include <stddef.h>
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
size_t strlen(const char *);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
char *strchr(const char *, int);
"""


@dataclass
class Tally:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def note(self, good: bool, what: str) -> None:
        if good:
            self.passed += 1
        else:
            self.failed.append(what)


def is_cxx(compiler: str) -> bool:
    return "++" in Path(compiler).name


def compiles(compiler: str, source: str, *options: str) -> tuple[bool, str]:
    """Whether a text compiles, and what the compiler says."""
    language = ["-x", "c++", "-std=c++17"] if is_cxx(compiler) else ["-x", "c", "-std=c11"]
    done = subprocess.run([compiler, *language, *options, "-"], input=source, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def headers(root: Path, compiler: str, tally: Tally) -> None:
    for path in sorted((root / "include" / "aiocore").glob("*.h")):
        for define in ([], ["-DAC_CHECK_OWNERSHIP"]):
            text = f"#include <aiocore/{path.name}>\nextern int unit;\nint unit = 1;\n"
            good, said = compiles(compiler, text, *STRICT, f"-I{root}/include", *define)
            tally.note(good, f"{compiler} {' '.join(define)} {path.name} alone\n{said}")


def ownership(root: Path, compiler: str, tally: Tally) -> None:
    for what, body in MIXED.items():
        text = f"#include <aiocore/base.h>\n{body}\n"
        plain, said = compiles(compiler, text, "-fsyntax-only", f"-I{root}/include")
        tally.note(plain, f"{compiler}: {what} does not compile in an ordinary build\n{said}")
        checked, _ = compiles(compiler, text, "-fsyntax-only", f"-I{root}/include", "-DAC_CHECK_OWNERSHIP")
        tally.note(not checked, f"{compiler} -DAC_CHECK_OWNERSHIP: {what} compiles")


def small_machine(root: Path, compiler: str, tally: Tally) -> None:
    """The whole core, -m32 and freestanding, one test a source."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "string.h").write_text(STRING_H)
        options = ["-m32", "-ffreestanding", "-nostdinc", "-fsyntax-only", f"-isystem{folder}", *own_headers(compiler)]
        good, said = compiles(compiler, "#include <stdatomic.h>\n#include <stdint.h>\nint unit;\n", *options)
        if not good:
            reason = said.strip().splitlines()[0] if said.strip() else "no reason given"
            tally.skipped.append(f"32-bit core: {compiler} -m32 cannot: {reason}")
            return
        for part in CORE:
            for path in sorted((root / "src" / part).glob("*.c")):
                command = [compiler, "-std=c11", *STRICT, *options, f"-I{root}/include", f"-I{root}/src", str(path)]
                done = subprocess.run(command, capture_output=True, text=True)
                tally.note(done.returncode == 0, f"32-bit {part}/{path.name}\n{done.stderr}")


def own_headers(compiler: str) -> list[str]:
    """The compiler's own include folder, where stdint.h and stdatomic.h are: -nostdinc took it away."""
    done = subprocess.run([compiler, "-print-file-name=include"], capture_output=True, text=True)
    return [f"-isystem{done.stdout.strip()}"]


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    root, tally = Path(arguments[0]), Tally()
    for compiler in arguments[1:]:
        headers(root, compiler, tally)
        ownership(root, compiler, tally)
    if small := next((name for name in arguments[1:] if not is_cxx(name)), None):
        small_machine(root, small, tally)
    for line in tally.failed:
        print(f"FAILED {line}")
    for line in tally.skipped:
        print(f"skipped: {line}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
