#!/usr/bin/env python3
"""The builds of the tree, each in its own folder under build/.

    builds.py FLAVOUR [TARGET...]      configures if need be, compiles, prints the folder

$AIOCORE_BUILD names another place than build/.  A folder whose options have changed is made anew.
"""
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("AIOCORE_BUILD") or ROOT / "build")


@dataclass(frozen=True)
class Flavour:
    """How one build is made: the compiler, meson's options, what it is for."""

    compiler: str
    options: tuple[str, ...]
    purpose: str
    targets: tuple[str, ...] = ()  # what is compiled if nothing is named; empty: all


FLAVOURS = {
    "gcc": Flavour("gcc", ("-Dtests=enabled",), "all tests, assertions on"),
    "asan": Flavour(
        "clang",
        ("-Dtests=enabled", "-Db_sanitize=address,undefined", "-Db_lundef=false", "--buildtype=debugoptimized"),
        "all tests under the address and undefined-behaviour sanitizers",
    ),
    "tsan": Flavour(
        "clang", ("-Dtests=enabled", "-Db_sanitize=thread", "-Db_lundef=false"), "the tests with threads under TSan"
    ),
    "fuzz": Flavour("clang", ("-Dtests=disabled", "-Dfuzz=true", "-Db_lundef=false"), "the libFuzzer target"),
    "coverage": Flavour(
        "gcc", ("-Dtests=enabled", "-Db_coverage=true", "-Db_ndebug=true", "--buildtype=debug",
                "-Dc_args=-fprofile-update=atomic"), "which lines tests reach"
    ),
    "steer": Flavour(
        "clang",
        ("-Dtests=disabled", "-Dsteer=true", "-Db_lundef=false", "-Doptimization=1", "-Ddebug=true"),
        "the command for ./dev fuzz: it counts the branches of the core",
        ("src/aiocore",),
    ),
    "release": Flavour("gcc", ("-Dtests=disabled", "--buildtype=release"), "the demo, the benchmarks"),
}
NOISE = re.compile(r"\[\d+/\d+\] |Compiler for C supports|Program \S+ found|ninja: Entering|$")
CXX = {"gcc": "g++", "clang": "clang++"}


class BuildFailed(Exception):
    """A build did not work; log has what the tools said."""

    def __init__(self, what: str, log: str) -> None:
        super().__init__(what)
        self.log = log


def run(what: str, command: list[str], environment: dict[str, str]) -> str:
    """Runs one of the tools; BuildFailed with everything it said if it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        raise BuildFailed(what, "\n".join(line for line in done.stdout.splitlines() if not NOISE.match(line)))
    return done.stdout


def environment(flavour: Flavour) -> dict[str, str]:
    return dict(os.environ, CC=flavour.compiler, CXX=CXX[flavour.compiler])


def configure(name: str) -> Path:
    """Makes the folder of a flavour ready for ninja, and gives it."""
    return configure_as(name, FLAVOURS[name])


def configure_as(name: str, flavour: Flavour) -> Path:
    """The same for a flavour of somebody else's (tools/cpython_host.py)."""
    folder = HOME / name
    stamp, wanted = folder / "aiocore-options", " ".join((flavour.compiler, *flavour.options))
    if (folder / "build.ninja").is_file() and stamp.is_file() and stamp.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = ["meson", "setup", str(folder), str(ROOT), "-Db_colorout=never", *flavour.options]
    run(f"meson setup of {name}", command, environment(flavour))
    stamp.write_text(wanted)
    return folder


def build(name: str, *targets: str) -> Path:
    """Configures and compiles a flavour, or only some of its targets; gives its folder."""
    return build_as(name, FLAVOURS[name], *targets)


def build_as(name: str, flavour: Flavour, *targets: str) -> Path:
    folder = configure_as(name, flavour)
    run(f"the {name} build", ["ninja", "-C", str(folder), *(targets or flavour.targets)], environment(flavour))
    return folder


def programs_of(name: str, suite: str) -> list[str]:
    """The targets that the tests of a suite run, in the words of ninja."""
    folder = configure(name)
    run("the list of tests", ["ninja", "-C", str(folder), "build.ninja"], environment(FLAVOURS[name]))
    tests = json.loads((folder / "meson-info" / "intro-tests.json").read_text())
    targets = json.loads((folder / "meson-info" / "intro-targets.json").read_text())
    wanted = {target for test in tests if f"aiocore:{suite}" in test["suite"] for target in test["depends"]}
    return [Path(file).relative_to(folder).as_posix() for one in targets if one["id"] in wanted for file in one["filename"]]


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in FLAVOURS:
        print(__doc__, file=sys.stderr)
        for name, flavour in FLAVOURS.items():
            print(f"    {name:9} {flavour.compiler:6} {flavour.purpose}", file=sys.stderr)
        return 2
    try:
        print(build(arguments[0], *arguments[1:]))
    except BuildFailed as failure:
        print(f"{failure.log}\n{failure} failed", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
