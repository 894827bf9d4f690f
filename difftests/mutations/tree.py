"""A copy of the source tree in which mutations are made, and its build of the aiocore command.

The checkout is never written to.  A build that does not compile says so; so does one whose compiler only warns where the
real build would stop, because a mistake may leave a function without a caller: warnings are no errors here.
"""
from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mutations.catalogue import Mutation

PARTS = ("meson.build", "meson_options.txt", "include", "src", "tests", "bench", "docs", "difftests")  # what meson reads
OPTIONS = ("--buildtype=debug", "-Ddebug=false", "-Doptimization=1", "-Db_ndebug=false", "-Dwerror=false", "-Dtests=disabled")
TARGET = "src/aiocore"


class BuildFailed(Exception):
    """The tree does not configure or compile; the text is what the tool said."""


def run(command: list[str]) -> None:
    environment = dict(os.environ, CC="gcc", CXX="g++")
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        raise BuildFailed(done.stdout.strip())


class Tree:
    """One copy; one mutation at a time."""

    def __init__(self, root: Path, folder: Path, parallel: int) -> None:
        self.folder = folder
        self.build_folder = folder / "build"
        self.parallel = parallel  # compilers at a time
        folder.mkdir()
        left_out = shutil.ignore_patterns("scenarios", "recorded", "regressions", "__pycache__")
        for part in PARTS:
            source = root / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=left_out)
            else:
                shutil.copy2(source, folder / part)
        run(["meson", "setup", str(self.build_folder), str(folder), "-Db_colorout=never", *OPTIONS])

    def build(self) -> str:
        """Compiles what has changed, and gives the program."""
        run(["ninja", "-C", str(self.build_folder), "-j", str(self.parallel), TARGET])
        return str(self.build_folder / TARGET)

    @contextmanager
    def mutated(self, mutation: Mutation) -> Iterator[str]:
        """The program with the mistake in it; afterwards the source is what it was."""
        path = self.folder / mutation.file
        text = path.read_text(encoding="utf-8")
        path.write_text(mutation.apply(text), encoding="utf-8")
        try:
            yield self.build()
        finally:
            path.write_text(text, encoding="utf-8")
