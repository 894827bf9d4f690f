#!/usr/bin/env python3
"""Installs the libraries into an empty folder and builds a program against them by pkg-config alone.

    install.py SOURCE_ROOT BUILD_FOLDER COMPILER

Once with the shared libraries and once with the static ones, from docs/examples/hello.c.  The last line is
"N passed, N failed, N skipped".
"""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HEADERS = ("aiocore", "base", "chost", "coro", "executor", "ffi", "flow", "future", "gather", "graph", "host", "io", "loop", "names", "process", "queue", "runner", "semantics", "socket", "staggered", "stream", "sync", "task", "trace", "transport", "wait")


class Failed(Exception):
    """A command of the way failed; its text is for the user."""


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def pkg_config(environment: dict[str, str], *words: str) -> list[str]:
    return run(["pkg-config", *words, "aiocore-chost"], environment).split()


def build_and_run(root: Path, compiler: str, place: Path, environment: dict[str, str], static: bool) -> None:
    """Compiles hello.c as a stranger would and compares what it prints."""
    program = place / ("hello_static" if static else "hello_shared")
    kind = ["--static"] if static else []
    flags = pkg_config(environment, "--cflags", *kind, "--libs")
    if static:  # what is ours from the archives, the C library as usual
        flags = [f"-l:lib{flag[2:]}.a" if flag.startswith("-laiocore") else flag for flag in flags]
    source = str(root / "docs" / "examples" / "hello.c")
    run([compiler, "-std=c11", "-D_POSIX_C_SOURCE=200809L", source, "-o", str(program), *flags], environment)
    said = run([str(program)], environment)
    wanted = (root / "docs" / "examples" / "hello.expected").read_text()
    if said != wanted:
        raise Failed(f"{program.name} printed:\n{said}instead of:\n{wanted}")
    linked = run(["ldd", str(program)], environment)
    if ("libaiocore" in linked) == static:
        raise Failed(f"{program.name} is linked the other way:\n{linked}")


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    root, build, compiler = Path(arguments[0]), arguments[1], arguments[2]
    if not shutil.which("pkg-config"):
        print("skipped: no pkg-config\n0 passed, 0 failed, 1 skipped")
        return 0
    passed, failures = 0, []
    with tempfile.TemporaryDirectory() as folder:
        run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder], dict(os.environ))
        configs = sorted(Path(folder).rglob("pkgconfig"))
        if not configs:
            print("meson install put no pkg-config file anywhere\n0 passed, 1 failed, 0 skipped")
            return 1
        libraries = configs[0].parent
        environment = dict(
            os.environ,
            PKG_CONFIG_PATH=str(configs[0]),
            PKG_CONFIG_SYSROOT_DIR=folder,
            LD_LIBRARY_PATH=str(libraries),
        )
        installed = {path.stem for path in Path(folder).rglob("include/aiocore/*.h")}
        if installed == set(HEADERS):
            passed += 1
        else:
            failures.append(f"the headers installed are {', '.join(sorted(installed))}")
        for static in (False, True):
            try:
                build_and_run(root, compiler, Path(folder), environment, static)
                passed += 1
            except Failed as failure:
                failures.append(str(failure))
    for text in failures:
        print(f"FAILED {text}")
    print(f"{passed} passed, {len(failures)} failed, 0 skipped")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
