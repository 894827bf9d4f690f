#!/usr/bin/env python3
"""Builds the extension package aiocore for CPythons, each in its own folder under build/ (or $AIOCORE_BUILD).

    cpython_host.py [--flavour NAME] [--python VERSION|PATH]...      for all CPythons at hand unless some are named

Prints for each the folder that is to be on PYTHONPATH.  Only what has changed is compiled.

Exit status: 0 built, 1 a build failed or no CPython has its headers, 2 a wrong argument.
"""
from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import builds
import pythons

HEADERS = "import os, sysconfig; print(os.path.join(sysconfig.get_path('include'), 'Python.h'))"
# The folder of a flavour is cpython-3.14.10 and this word.  What tests run has assertions; a release has none.
FLAVOURS = {
    "debug": builds.Flavour("gcc", ("-Dtests=disabled",), "assertions on; for tests"),
    "clang": builds.Flavour("clang", ("-Dtests=disabled",), "the same by the other compiler"),
    "asan": builds.Flavour(
        "clang",
        ("-Dtests=disabled", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dc_args=-fno-sanitize-recover=undefined"),
        "under the address and undefined-behaviour sanitizers: python is to be run with environment()",
    ),
    "release": builds.Flavour("gcc", ("-Dtests=disabled", "--buildtype=release"), "as it is installed"),
}
PLACE = Path("src") / "hosts" / "cpython"  # within a build: has the package


class NoPython(Exception):
    """A CPython that was asked for is not there, or is of no use here."""


@dataclass(frozen=True)
class Host:
    """The package, built for one CPython."""

    python: pythons.Build
    flavour: str
    folder: Path  # for PYTHONPATH

    def environment(self) -> dict[str, str]:
        """What the environment of a process is to have to run with this."""
        changes = {"PYTHONPATH": str(self.folder)}
        if self.flavour == "asan":
            # CPython has objects of its own at exit; what leaks is hunted by counting (./dev cpython-tests --leaks).
            changes["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1"
            changes["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
            changes["PYTHONMALLOC"] = "malloc"
            changes["LD_PRELOAD"] = sanitizer_runtime()
        return changes


def sanitizer_runtime() -> str:
    """clang's AddressSanitizer as a shared library: a program that is built without it has it loaded first."""
    said = builds.run("clang", ["clang", "-print-file-name=libclang_rt.asan-x86_64.so"], builds.environment(FLAVOURS["asan"]))
    return said.strip()


def has_headers(python: pythons.Build) -> bool:
    said = pythons.question([python.path, "-I", "-c", HEADERS]).strip()
    return bool(said) and Path(said).is_file()


def abi_flags(python: pythons.Build) -> str:
    """"d" of a debug build, which has an ABI of its own."""
    return pythons.question([python.path, "-I", "-c", "import sys; print(sys.abiflags)"]).strip()


def chosen(wanted: Iterable[str]) -> list[pythons.Build]:
    """CPythons by version ("3.14", "3.14.10") or path; all of them if nothing is wanted.  NoPython if one is not there."""
    wanted = list(wanted)
    paths = [word for word in wanted if not re.fullmatch(r"3(\.\d+){1,2}", word)]
    try:
        there = pythons.find(paths)
    except pythons.NotAPython as error:
        raise NoPython(str(error)) from None
    found: dict[str, pythons.Build] = {}
    for word in wanted:
        real = [pythons.ask(word)] if word in paths else [one for one in there if f"{one.version}.".startswith(f"{word}.")]
        if not real:
            raise NoPython(f"there is no CPython {word} here; there are {', '.join(one.version for one in there) or 'none'}")
        found |= {one.version: one for one in real if one is not None}
    return list(found.values()) if wanted else there


def without_headers(there: Iterable[pythons.Build]) -> str:
    names = ", ".join(f"CPython {python.version} ({python.path})" for python in there)
    return f"no headers are installed with {names}; tools/get-pythons --full fetches builds with them"


def build(python: pythons.Build, flavour: str = "debug") -> Host:
    """Configures and compiles, as far as that is not done.  BuildFailed if it does not work."""
    name = f"cpython-{python.version}{abi_flags(python)}" + ("" if flavour == "debug" else f"-{flavour}")
    made = FLAVOURS[flavour]
    path = shutil.which(python.path) or python.path
    options = (*made.options, f"-Dpython={Path(path).absolute()}")
    folder = builds.build_as(name, builds.Flavour(made.compiler, options, made.purpose, ("cpython",)))
    return Host(python, flavour, folder.absolute() / PLACE)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Builds the extension package aiocore for CPythons.")
    parser.add_argument("--python", action="append", default=[], metavar="VERSION|PATH", help="for this one (all at hand)")
    parser.add_argument("--flavour", choices=sorted(FLAVOURS), default="debug", help="how it is compiled (debug)")
    options = parser.parse_args(arguments)
    try:
        there = chosen(options.python)
    except NoPython as error:
        parser.error(str(error))
    fit = [python for python in there if has_headers(python)]
    if unfit := [python for python in there if python not in fit]:
        print(f"cpython_host: {without_headers(unfit)}", file=sys.stderr)
    failed = not fit or bool(options.python and unfit)
    for python in fit:
        try:
            print(build(python, options.flavour).folder, flush=True)
        except builds.BuildFailed as failure:
            print(f"{failure.log}\n{failure} failed", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
