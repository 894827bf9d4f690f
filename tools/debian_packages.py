"""Packages for the CPythons of debian_pythons.py, from the same suites: uvloop, aiohttp and whatever else is called python3-NAME there.

Each CPython gets a folder packages-3.14 beside its own, with what fits it and the libraries that this needs.  CPython itself does
not see it: it is for PYTHONPATH (pythons.packages_for).  A package is built for one or two CPythons, in its newest version seldom for
those of all suites, so that the newest that fits is taken; where none fits, that is said.
"""
from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import debian_pythons
import fetching
from debian_pythons import LIBRARY, Apt
from fetching import run, say

# What a CPython is for Debian: a build of get-pythons has it.
PYTHON = re.compile(r"python3(-minimal|-supported-min|\.\d+)?$")
MODULES = Path("usr") / "lib" / "python3" / "dist-packages"
# Programs in Python that a package needs.
PROGRAMS = ("meson",)


class Unfit(Exception):
    """There is no such package for this CPython."""


def home_of(folder: Path, minor: str) -> Path:
    return folder / f"packages-{minor}"


# ---- what fits -----------------------------------------------------------------------------------------------


def clauses(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What a package needs, as name and condition; of alternatives the first."""
    for clause in fields.get("depends", "").split(","):
        if match := re.match(r"\s*([^\s:(|]+)(?::\w+)?\s*(?:\(([^)]*)\))?", clause):
            yield match[1], match[2] or ""


def fits(fields: dict[str, str], minor: str) -> bool:
    """Whether it is built for this CPython: "python3 (<< 3.15), python3 (>= 3.14~)"."""
    mine = tuple(map(int, minor.split(".")))
    for name, condition in clauses(fields):
        if name == "python3" and (match := re.match(r"(<<|>=)\s*(\d+)\.(\d+)", condition)):
            bound = (int(match[2]), int(match[3]))
            if mine >= bound if match[1] == "<<" else mine < bound:
                return False
    return True


def version_for(apt: Apt, package: str, minor: str) -> dict[str, str]:
    """The newest that fits.  Unfit if none does."""
    there = apt.versions(package)
    for fields in there:
        if fits(fields, minor):
            return fields
    if not there:
        raise Unfit(f"{package} is in none of the suites")
    raise Unfit(f"{package} is there for other CPythons only ({', '.join(fields['version'] for fields in there)})")


def closure(apt: Apt, name: str, minor: str, has: set[str]) -> dict[str, str]:
    """A package and what it needs besides what is there, with the versions.  Unfit if a part of it does not fit."""
    chosen: dict[str, str] = {}
    waiting = [f"python3-{name}"]
    while waiting:
        package = waiting.pop(0)
        if package in chosen or package in has or PYTHON.match(package):
            continue
        fields = version_for(apt, package, minor)
        chosen[package] = fields["version"]
        waiting += [need for need, _ in clauses(fields) if need.startswith("python3") or need in PROGRAMS or LIBRARY.match(need)]
    return chosen


# ---- fetching ------------------------------------------------------------------------------------------------


def names_in(folder: Path, minor: str) -> list[str]:
    """The packages that were asked for and are there."""
    manifest = fetching.read_manifest(home_of(folder, minor)) or {}
    wanted = manifest.get("wanted")
    return [str(name) for name in wanted] if isinstance(wanted, list) else []


def versions_in(folder: Path, minor: str) -> dict[str, str]:
    manifest = fetching.read_manifest(home_of(folder, minor)) or {}
    packages = manifest.get("packages")
    return {str(name): str(version) for name, version in packages.items()} if isinstance(packages, dict) else {}


def works(folder: Path, minor: str, name: str, home: Path) -> bool:
    """Whether it can be imported."""
    code = f"import sys; sys.path.insert(0, {str(home / MODULES)!r}); import {name.replace('-', '_')}"
    try:
        run([str(folder / f"python{minor}"), "-I", "-c", code])
    except fetching.Failure as failure:
        say(f"{minor}: {name} cannot be imported: {failure}")
        return False
    return True


def fitting(apt: Apt, folder: Path, minor: str, names: list[str]) -> tuple[list[str], dict[str, str]]:
    """Those of the names that there are for this CPython, and everything that they need, with versions."""
    there = (debian_pythons.manifest_of(folder, minor) or {}).get("packages")
    has = set(there) if isinstance(there, dict) else set()
    packages: dict[str, str] = {}
    fit = []
    for name in names:
        try:
            packages |= closure(apt, name, minor, has)
            fit.append(name)
        except Unfit as reason:
            say(f"{minor}: no {name}: {reason}")
    return fit, packages


def unpack(apt: Apt, folder: Path, minor: str, names: list[str], packages: dict[str, str]) -> None:
    """Makes the folder anew."""
    fresh = Path(tempfile.mkdtemp(prefix=f".packages-{minor}-", dir=folder))
    try:
        for number, (package, version) in enumerate(packages.items(), 1):
            say(f"{minor}: [{number}/{len(packages)}] {package} {version}")
            run(["dpkg-deb", "-x", str(apt.download(package, version)), str(fresh)])
        home = home_of(folder, minor)
        shutil.rmtree(home, ignore_errors=True)
        fresh.rename(home)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    home.chmod(0o755)
    debian_pythons.write_launcher(folder, minor)
    good = [name for name in names if works(folder, minor, name, home)]
    fetching.write_manifest(home, {"wanted": good, "packages": packages})


def fetch(folder: Path, wanted: list[str], names: list[str], again: bool) -> None:
    """For each CPython that is there the packages that are not there yet (or all of them again)."""
    lacking = [
        minor
        for minor in wanted
        if debian_pythons.is_there(folder, minor) and (again or not set(names) <= set(names_in(folder, minor)))
    ]
    if not lacking:
        return
    apt = debian_pythons.updated_apt()
    for minor in lacking:
        there = names_in(folder, minor)
        fit, packages = fitting(apt, folder, minor, list(dict.fromkeys([*there, *names])))
        if again or not set(fit) <= set(there):
            unpack(apt, folder, minor, fit, packages)


def rows(folder: Path, wanted: list[str], names: list[str]) -> list[dict[str, str | None]]:
    """What there is of each wanted package for each wanted CPython."""
    result: list[dict[str, str | None]] = []
    for minor in wanted:
        there, versions = names_in(folder, minor), versions_in(folder, minor)
        for name in names:
            version = versions.get(f"python3-{name}") if name in there else None
            path = str(home_of(folder, minor) / MODULES) if version else None
            result.append({"minor": minor, "package": name, "version": version, "path": path})
    return result
