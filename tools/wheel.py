#!/usr/bin/env python3
"""Builds the wheel of aiocore for CPythons, and tries it: installed into an empty folder, a program runs on it.

    wheel.py [--python VERSION|PATH]... [--to FOLDER]        for all CPythons at hand that have their headers unless some are named

pip builds it through meson-python, offline; where that or pip itself is not installed for a CPython, those of Debian's newer suites
are used (tools/get-pythons --with mesonpy --with pip).

The last line is "N passed, N failed, N skipped".  Exit status: 0 no failure, 1 one, 2 a wrong argument.
"""
from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cpython_host
import pythons

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """\
import aiocore
aiocore.install()
import asyncio, importlib.metadata, importlib.resources, pydoc

async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.01, number)) for number in range(3)]
    print([task.result() for task in tasks], type(asyncio.get_running_loop()).__module__, type(tasks[0]).__module__)

asyncio.run(main())
print(importlib.metadata.version("aiocore-runtime") != "", importlib.resources.files(aiocore).joinpath("py.typed").is_file())
print("install(" in pydoc.plain(pydoc.render_doc(aiocore)))
"""
# An unpacked CPython takes itself for the file that its launcher starts, which cannot be started as it is.
SITE = """\
import os, sys
sys.executable = os.environ["AIOCORE_PYTHON"]
"""
PRINTS = "[0, 1, 2] aiocore.loop _asyncio\nTrue True\nTrue\n"


class Lacking(Exception):
    """What a wheel cannot be built without."""


class Failed(Exception):
    """A command's output, after it has failed."""


def modules(python: pythons.Build) -> list[Path]:
    """Where Debian's meson-python is: beside this very CPython, or beside another, for it is plain Python."""
    beside = sorted(pythons.unpacked().glob("packages-*/usr/lib/python3/dist-packages"), reverse=True)
    own = pythons.packages_for(python)
    return [folder for folder in [*own, *beside] if (folder / "mesonpy").is_dir()][:1]


def can_import(python: pythons.Build, names: str, environment: dict[str, str]) -> bool:
    return subprocess.run([python.path, "-c", f"import {names}"], env=environment, capture_output=True).returncode == 0


def surroundings(python: pythons.Build, work: Path) -> dict[str, str]:
    """The environment in which pip finds meson-python.  Lacking if there is none."""
    (work / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    environment |= {"AIOCORE_PYTHON": python.path, "PYTHONPATH": str(work)}
    if can_import(python, "pip, mesonpy", environment):
        return environment
    for folder in modules(python):
        environment["MESON"] = str(folder.parents[2] / "bin" / "meson")
        environment["PYTHONPATH"] = f"{work}{os.pathsep}{folder}"
        if can_import(python, "pip, mesonpy", environment):
            return environment
    raise Lacking("neither this CPython nor .pythons has pip and meson-python (tools/get-pythons --with mesonpy --with pip)")


def run(words: list[str], environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(words, env=environment, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Failed(f"{' '.join(words)}\n{done.stdout}")
    return done.stdout


def build(python: pythons.Build, target: Path, work: Path) -> Path:
    """The wheel, in the folder target."""
    environment = surroundings(python, work)
    pip = [python.path, "-m", "pip", "--disable-pip-version-check"]
    options = ["--no-index", "--no-build-isolation", "--no-deps", f"-Cbuilddir={work / 'build'}", "-w", str(work)]
    run([*pip, "wheel", *options, str(ROOT)], environment, work)
    made = next(work.glob("aiocore_runtime-*.whl"))
    run([*pip, "install", "--no-index", "--no-deps", "--target", str(work / "installed"), str(made)], environment, work)
    return made.rename(target / made.name)


def attempt(python: pythons.Build, target: Path) -> str:
    """Builds and tries it; gives the wheel's name."""
    with tempfile.TemporaryDirectory(prefix="aiocore-wheel-") as name:
        work = Path(name)
        made = build(python, target, work)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        said = run([python.path, "-c", PROGRAM], environment | {"PYTHONPATH": str(work / "installed")}, work)
    if said != PRINTS:
        raise Failed(f"the program prints\n{said}instead of\n{PRINTS}")
    return made.name


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Builds the wheel of aiocore for CPythons, and tries it.")
    parser.add_argument("--python", action="append", default=[], metavar="VERSION|PATH", help="for this one (all at hand)")
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "wheels", metavar="FOLDER", help="where it goes (build/wheels)")
    options = parser.parse_args(arguments)
    try:
        found = cpython_host.chosen(options.python)
    except cpython_host.NoPython as error:
        parser.error(str(error))
    options.to.mkdir(parents=True, exist_ok=True)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for python in found:
        try:
            if not cpython_host.has_headers(python):
                raise Lacking(cpython_host.without_headers([python]))
            word, text = "passed", attempt(python, options.to.absolute())
        except Lacking as reason:
            word, text = "skipped", str(reason)
        except Failed as failure:
            word, text = "failed", str(failure)
        counts[word] += 1
        print(f"{word}: CPython {python.version}: {text}", flush=True)
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
