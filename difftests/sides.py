"""The two sides of a comparison: programs on a CPython build, programs of ours, and what of them is compared."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tools"))
import pythons  # noqa: E402

SECONDS = 10  # for one program
TAIL = 2000  # characters of stderr that are kept


class SideFailed(Exception):
    """A CPython build did not do what was asked of it."""


def key_of(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def canonical(stdout: str, status: int) -> str:
    """What is compared: the lines of stdout, then the exit status unless it is 0."""
    text = stdout if stdout.endswith("\n") or not stdout else stdout + "\n"
    return text if status == 0 else f"{text}[exit status {status}]\n"


def run_python(build: pythons.Build, paths: Sequence[str], seed: int | None = None) -> dict[str, dict[str, Any]]:
    """Runs Python files under the virtual loop, all in one process, each in a fork, from the root of the project.

    Relative paths stay relative.  With a seed, that is PYTHONHASHSEED.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    isolated = ["-I"]
    if seed is not None:
        environment["PYTHONHASHSEED"] = str(seed)
        isolated = ["-P", "-s"]  # -I would not look at the seed
    python = os.path.abspath(build.path) if os.sep in build.path else build.path
    command = [python, *isolated, str(HERE / "python_side.py"), *paths]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS * (len(paths) + 1),
        )
    except subprocess.TimeoutExpired as error:
        raise SideFailed(f"{build.path} took too long") from error
    if done.returncode != 0:
        raise SideFailed(f"{build.path} failed:\n{done.stderr[-TAIL:]}")
    return json.loads(done.stdout)["results"]


def run_program(command: Sequence[str]) -> tuple[str, str]:
    """Runs one program of ours from the root of the project; gives what is compared, and its last words on stderr."""
    try:
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        return canonical((error.stdout or b"").decode("utf-8", "replace"), 124), "took too long"
    status = done.returncode if done.returncode >= 0 else 128 - done.returncode
    words = done.stderr.decode("utf-8", "replace").strip()
    return canonical(done.stdout.decode("utf-8", "replace"), status), words[-TAIL:]
