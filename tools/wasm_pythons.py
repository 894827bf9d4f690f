"""CPython compiled to WebAssembly: releases of the npm package pyodide, which carry micro releases that Debian no longer has.

npm fetches a package from the registry that it is configured with, and verifies it against what the registry says of it; here it
is verified against the sum below, too, also when it comes from the cache.  What is needed to run Python under node is unpacked:

    FOLDER/wasm-3.12.7/         the module, its JavaScript, the standard library, and manifest.json
"""
from __future__ import annotations

import base64
import hashlib
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import fetching
import pythons
from fetching import Failure, run, say

PACKAGE = "pyodide"
# The loader, the module and its JavaScript (.js or .mjs), the library, and what the loader reads at its start.
NEEDED = (
    "pyodide.mjs",
    "pyodide.asm.js",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
    "package.json",
)


@dataclass(frozen=True)
class Release:
    """One release of the package."""

    version: str
    sha512: str  # in base64, as npm writes it


# Which release has which CPython, the last one of each.  What pyodide-lock.json says of that is wrong in some: the builds were
# asked.  Releases before 0.26 have 3.11, and 315.0.0-alpha has pre-releases of 3.15.
RELEASES = {
    "3.12.1": Release("0.26.4", "z2CHsjVlhhJi5tYBF0AYAfNEPo3zq/z+xOpFtk1tweJkRaTqU4UK/7pLvo8DBU2VDPH31vB3pSI+8fnoqrVrFg=="),
    "3.12.7": Release("0.27.8", "XDy8yQAloO0fSaJ6F5aQad0IqcBKvU4MgGjN3LrjOPW6J4xHT5PBiBzCnApxjuerWl33BiyuPQG1uIHHAQnkkg=="),
    "3.13.2": Release("0.29.5", "TkYrUv9m8QmfImADKRmpwZulL48E0uUaBSO+dvRQKyAJc0qh9gu7jn8btyHPh3NZm1r2IH2YrJhIr7Q2B9urAw=="),
    "3.14.2": Release("314.0.7", "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="),
}


def need_tools() -> None:
    """A Failure if npm, which fetches, or node, which runs the build, is missing."""
    missing = [name for name in ("node", "npm") if not shutil.which(name)]
    if missing:
        raise Failure(f"{' and '.join(missing)} not found; WebAssembly builds need node and npm (tools/setup wasm installs them)")


def sum_of(path: Path) -> str:
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def download(release: Release) -> Path:
    """The package's archive, from the cache if it is there and whole."""
    cache = fetching.cache_folder("npm")
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / f"{PACKAGE}-{release.version}.tgz"
    if not archive.is_file() or sum_of(archive) != release.sha512:
        archive.unlink(missing_ok=True)
        # In the cache's folder, where no project's package.json has a say.
        run(["npm", "pack", "--silent", f"{PACKAGE}@{release.version}"], cache)
    if not archive.is_file():
        raise Failure(f"npm pack made no {archive.name}")
    if sum_of(archive) != release.sha512:
        archive.unlink()
        raise Failure(f"{archive.name} is not the file that is known under this name")
    return archive


def unpack_needed(archive: Path, target: Path) -> list[str]:
    """Takes what is needed out of the package; gives the names."""
    names: list[str] = []
    with tarfile.open(archive) as package:
        for name in NEEDED:
            try:
                source = package.extractfile(f"package/{name}")
            except KeyError:  # releases have one of pyodide.asm.js and pyodide.asm.mjs
                continue
            if source is not None:
                (target / name).write_bytes(source.read())
                names.append(name)
    return names


def home_of(folder: Path, version: str) -> Path:
    return folder / f"wasm-{version}"


def unpack(folder: Path, version: str) -> None:
    """Makes one build, and asks it whether it is what it should be."""
    release = RELEASES[version]
    archive = download(release)
    fetching.make_target(folder)
    home = home_of(folder, version)
    fresh = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=folder))
    try:
        names = unpack_needed(archive, fresh)
        build = pythons.examine(str(fresh))
        if not isinstance(build, pythons.Build):
            raise Failure(f"{PACKAGE} {release.version}: {build.reason}")
        if build.version != version:
            raise Failure(f"{PACKAGE} {release.version} is {build.version}, not {version}")
        fetching.write_manifest(
            fresh,
            {
                "version": version,
                "module": pythons.module_sum(fresh),
                "package": f"{PACKAGE} {release.version}",
                "sha512": release.sha512,
                "files": names,
            },
        )
        shutil.rmtree(home, ignore_errors=True)
        fresh.rename(home)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    home.chmod(0o755)


def is_there(folder: Path, version: str) -> bool:
    return fetching.read_manifest(home_of(folder, version)) is not None


def lacking() -> list[str]:
    """The versions that no native build on this machine has."""
    native = {build.version for build in pythons.find()}
    return [version for version in RELEASES if version not in native]


def fetch(folder: Path, wanted: list[str], again: bool) -> None:
    """Unpacks the wanted versions that are not there (or all of them again)."""
    missing = [version for version in wanted if again or not is_there(folder, version)]
    if not missing:
        return
    need_tools()
    for number, version in enumerate(missing, 1):
        say(f"{version}: [{number}/{len(missing)}] {PACKAGE} {RELEASES[version].version}")
        unpack(folder, version)


def rows(folder: Path, wanted: list[str]) -> list[dict[str, str | None]]:
    """What there is of each wanted version."""
    result: list[dict[str, str | None]] = []
    for version in wanted:
        home = home_of(folder, version)
        there = is_there(folder, version)
        minor = ".".join(version.split(".")[:2])
        found = {"version": version if there else None, "path": str(home) if there else None}
        result.append({"minor": minor, "wanted": version, **found})
    return result
