"""What the fetchers of CPython builds share: where builds and downloads are kept, running other programs, talking to the user."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pythons


class Failure(Exception):
    """An error with a text for the user."""


def say(text: str) -> None:
    print(f"get-pythons: {text}", file=sys.stderr, flush=True)


def run(command: list[str], folder: Path | None = None) -> str:
    """Runs a program and gives its output; a failure becomes a Failure with the last lines that it wrote."""
    environment = dict(os.environ, LC_ALL="C", DEBIAN_FRONTEND="noninteractive")
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise Failure(f"{command[0]} is not on this machine") from None
    if done.returncode != 0:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-4:])
        raise Failure(f"{command[0]} failed with status {done.returncode}:\n{tail}")
    return done.stdout


def target_folder() -> Path:
    """Where builds are unpacked, which is where they are looked for."""
    return pythons.unpacked().resolve()


def make_target(folder: Path) -> None:
    """Makes that folder; git is to ignore it wherever it is."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def cache_folder(kind: str) -> Path:
    """Where downloads are kept."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "aiocore" / kind


def read_manifest(home: Path) -> dict[str, object] | None:
    """What was unpacked into a folder; None if nothing (whole) was."""
    try:
        loaded = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return loaded if isinstance(loaded, dict) else None


def write_manifest(home: Path, manifest: dict[str, object]) -> None:
    (home / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
