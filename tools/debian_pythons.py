"""CPython 3.13, 3.14 and 3.15 from Debian's newer suites.

apt itself fetches and verifies the packages, from the mirror and with the keyring that the machine's own sources name, but
with lists, cache and status of its own; dpkg-deb unpacks them.  Each build gets its own tree with its own C library, and a
launcher that runs it with that tree's loader.
"""
from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import fetching
from fetching import Failure, run, say

VERSIONS = ("3.13", "3.14", "3.15")
SUITES = ("trixie", "forky", "sid")
# What a build is made of; the rest is found by following Depends.
ROOTS = ("python{0}-minimal", "libpython{0}-minimal", "libpython{0}-stdlib", "libc6")
# What is added on request: --full the headers and CPython's own tests, --debug a build that counts references and checks what it does.
EXTRAS = {
    "full": ("libpython{0}-dev", "libpython{0}-testsuite"),
    "debug": ("python{0}-dbg", "libpython{0}-dbg"),
}
# Of what they depend on, only shared libraries are needed to run; this leaves out debconf, tzdata, other headers and the like.
LIBRARY = re.compile(r"(lib|zlib)[a-z0-9]\S*(?<!-dev)$")
PROBE = "import asyncio, contextvars, json, ssl, sys; print('%d.%d.%d' % sys.version_info[:3])"


@dataclass(frozen=True)
class Archive:
    """Where this machine gets Debian from."""

    uri: str
    keyring: str  # "" if the source names none


# ---- the machine's sources ---------------------------------------------------------------------------------


def stanzas(text: str) -> list[dict[str, str]]:
    """The paragraphs of a deb822 file, keys in lower case, continued lines joined."""
    result: list[dict[str, str]] = []
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t":
                fields[key] = fields.get(key, "") + "\n" + line.strip()
            elif ":" in line:
                key, _, value = line.partition(":")
                key = key.strip().lower()
                fields[key] = value.strip()
        if fields:
            result.append(fields)
    return result


def one_line_source(line: str) -> tuple[str, list[str], str] | None:
    """Reads "deb [signed-by=K] URI SUITE COMPONENT...": the address, the suite, the keyring."""
    match = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$", line)
    if not match:
        return None
    options, uri, suite, components = match.groups()
    if "main" not in components.split():
        return None
    keyring = re.search(r"signed-by=(\S+)", options or "")
    return uri, [suite], keyring.group(1) if keyring else ""


def sources() -> list[tuple[str, list[str], str]]:
    """All binary sources with a component main that the machine's apt reads: address, suites, keyring."""
    found: list[tuple[str, list[str], str]] = []
    folder = Path("/etc/apt/sources.list.d")
    for path in sorted(folder.glob("*.sources")):
        for fields in stanzas(path.read_text(encoding="utf-8", errors="replace")):
            if "deb" not in fields.get("types", "").split() or "main" not in fields.get("components", "").split():
                continue
            if fields.get("enabled", "yes").lower() in ("no", "false"):
                continue
            signed = fields.get("signed-by", "")
            key = signed if signed.startswith("/") else ""
            found += [(uri, fields.get("suites", "").split(), key) for uri in fields.get("uris", "").split()]
    for path in [Path("/etc/apt/sources.list"), *sorted(folder.glob("*.list"))]:
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found += [source for line in lines if (source := one_line_source(line))]
    return found


def debian_archive() -> Archive:
    """The source whose suite is this very Debian: its mirror has the other suites, too."""
    release = Path("/etc/os-release")
    text = release.read_text() if release.is_file() else ""
    match = re.search(r'^VERSION_CODENAME="?([a-z]+)', text, re.MULTILINE)
    own = {match.group(1)} if match else set()
    own |= {"stable", "testing", "unstable", "sid", *SUITES}
    for uri, suites, keyring in sources():
        if own & set(suites):
            return Archive(uri, keyring)
    raise Failure("no source of Debian's main archive in /etc/apt: nothing to fetch from")


# ---- a private apt -----------------------------------------------------------------------------------------


class Apt:
    """apt with state of its own, under the cache folder."""

    def __init__(self, home: Path, archive: Archive) -> None:
        self.debs = home / "debs"
        for part in ("sources", "lists/partial", "cache/archives/partial", "debs"):
            (home / part).mkdir(parents=True, exist_ok=True)
        (home / "status").touch()
        signed = f"Signed-By: {archive.keyring}\n" if archive.keyring else ""
        (home / "sources" / "debian.sources").write_text(
            f"Types: deb\nURIs: {archive.uri}\nSuites: {' '.join(SUITES)}\nComponents: main\n{signed}", encoding="utf-8"
        )
        settings = {
            "Dir::Etc::SourceList": "/dev/null",
            "Dir::Etc::SourceParts": home / "sources",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Dir::State::Lists": home / "lists",
            "Dir::State::status": home / "status",
            "Dir::Cache": home / "cache",
            # Images for containers switch the binary caches off; with them each question takes no time.
            "Dir::Cache::pkgcache": "pkgcache.bin",
            "Dir::Cache::srcpkgcache": "srcpkgcache.bin",
            "APT::Sandbox::User": "root",
            "APT::Default-Release": "",
            "Acquire::Languages": "none",
            "Acquire::PDiffs": "false",
            "Acquire::Retries": "3",
            "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
        }
        self.options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]

    def update(self) -> None:
        run(["apt-get", *self.options, "-q", "update"])

    def versions(self, package: str) -> list[dict[str, str]]:
        """All versions of a package in the suites, newest first."""
        try:
            # The suites have equal pins, so that apt shows them in this order.
            return stanzas(run(["apt-cache", *self.options, "show", package]))
        except Failure:
            return []

    def fields(self, package: str) -> dict[str, str]:
        """The newest version of a package in any of the suites; {} if there is none."""
        found = self.versions(package)
        return found[0] if found else {}

    def closure(self, roots: list[str]) -> dict[str, str]:
        """The roots and all libraries that they need, with their versions; {} if a root does not exist."""
        chosen: dict[str, str] = {}
        waiting = list(roots)
        while waiting:
            name = waiting.pop(0)
            if name in chosen:
                continue
            fields = self.fields(name)
            if not fields:
                if name in roots:
                    return {}
                continue
            chosen[name] = fields["version"]
            needs = ", ".join(fields.get(key, "") for key in ("pre-depends", "depends"))
            for clause in filter(None, (part.strip() for part in needs.split(","))):
                need = re.split(r"[ :|(]", clause, maxsplit=1)[0]
                if LIBRARY.match(need):
                    waiting.append(need)
        return chosen

    def download(self, package: str, version: str) -> Path:
        """Fetches one package, unless it is there; apt checks its sum against the signed lists."""
        name = f"{package}_{version.replace(':', '%3a')}_*.deb"
        if not list(self.debs.glob(name)):
            run(["apt-get", *self.options, "-q", "download", f"{package}={version}"], self.debs)
        found = sorted(self.debs.glob(name))
        if not found:
            raise Failure(f"apt-get downloaded no {name}")
        return found[0]


def updated_apt() -> Apt:
    """apt that has just read what there is."""
    archive = debian_archive()
    apt = Apt(fetching.cache_folder("apt"), archive)
    say(f"reading the package lists of {', '.join(SUITES)} from {archive.uri}")
    apt.update()
    return apt


# ---- unpacked builds -----------------------------------------------------------------------------------------


def launcher_text(minor: str, root: Path, abi: str = "") -> str:
    """A script that runs the build with the loader and the libraries of its own tree; abi "d": the debug build."""
    libcs = sorted(root.glob("usr/lib/*/libc.so.6")) or sorted(root.glob("lib/*/libc.so.6"))
    if not libcs:
        raise Failure(f"{minor}: the unpacked tree has no C library")
    triplet = libcs[0].parent.name
    loaders = sorted(libcs[0].parent.glob("ld-linux*.so.*")) or sorted(libcs[0].parent.glob("ld*.so.*"))
    if not loaders:
        raise Failure(f"{minor}: the unpacked tree has no dynamic loader")
    loader = loaders[0].relative_to(root)
    packages = f"$folder/packages-{minor}/usr/lib/{triplet}"  # what these need: debian_packages.py
    return (
        "#!/bin/sh\n"
        f"# Runs CPython {minor}{abi} with its own loader and C library.  Written by get-pythons.\n"
        'folder=$(dirname "$(readlink -f "$0")")\n'
        f"root=$folder/{minor}\n"
        f'exec "$root/{loader}" --library-path "$root/usr/lib/{triplet}:$root/lib/{triplet}:{packages}" \\\n'
        f'    --argv0 "$root/usr/bin/python{minor}{abi}" "$root/usr/bin/python{minor}{abi}" "$@"\n'
    )


def write_launcher(folder: Path, minor: str, abi: str = "") -> Path:
    """Makes the launcher of an unpacked build; whoever starts it meanwhile has the old one or the new one."""
    launcher, fresh = folder / f"python{minor}{abi}", folder / f".python{minor}{abi}-{os.getpid()}"
    fresh.write_text(launcher_text(minor, folder / minor, abi), encoding="utf-8")
    fresh.chmod(0o755)
    fresh.rename(launcher)
    return launcher


def manifest_of(folder: Path, minor: str) -> dict[str, object] | None:
    """What is unpacked of a version, None if nothing (whole) is."""
    return fetching.read_manifest(folder / minor) if (folder / f"python{minor}").is_file() else None


def is_there(folder: Path, minor: str, extras: Iterable[str] = ()) -> bool:
    manifest = manifest_of(folder, minor)
    return manifest is not None and all(manifest.get(extra) is True for extra in extras)


def unpack(apt: Apt, folder: Path, minor: str, extras: Sequence[str]) -> str | None:
    """Makes one build; gives its whole version, or None if the archive does not have it."""
    roots = [*ROOTS, *(root for extra in extras for root in EXTRAS[extra])]
    packages = apt.closure([root.format(minor) for root in roots])
    if not packages:
        return None
    fetching.make_target(folder)
    fresh = Path(tempfile.mkdtemp(prefix=f".{minor}-", dir=folder))
    try:
        for number, (package, version) in enumerate(packages.items(), 1):
            say(f"{minor}: [{number}/{len(packages)}] {package} {version}")
            run(["dpkg-deb", "-x", str(apt.download(package, version)), str(fresh)])
        launcher_text(minor, fresh)  # a Failure now if it is no whole build
        home = folder / minor
        shutil.rmtree(home, ignore_errors=True)
        fresh.rename(home)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    home.chmod(0o755)
    launcher = write_launcher(folder, minor)
    version = run([str(launcher), "-I", "-c", PROBE]).strip()
    if "debug" in extras:
        run([str(write_launcher(folder, minor, "d")), "-I", "-c", f"{PROBE}; sys.gettotalrefcount()"])
    fetching.write_manifest(home, {"version": version, "packages": packages} | {extra: extra in extras for extra in EXTRAS})
    return version


def fetch(folder: Path, wanted: list[str], extras: list[str], again: bool) -> None:
    """Unpacks the wanted versions that are not there (or all of them again); they keep what was added before."""
    missing = [minor for minor in wanted if again or not is_there(folder, minor, extras)]
    if not missing:
        return
    apt = updated_apt()
    for minor in missing:
        version = unpack(apt, folder, minor, [extra for extra in EXTRAS if extra in extras or is_there(folder, minor, [extra])])
        say(f"{minor}: " + (f"is {version}" if version else "is in none of the suites"))


def rows(folder: Path, wanted: list[str], extras: list[str]) -> list[dict[str, str | None]]:
    """What there is of each wanted version."""
    result: list[dict[str, str | None]] = []
    for minor in wanted:
        manifest = manifest_of(folder, minor) if is_there(folder, minor, extras) else None
        version = str(manifest["version"]) if manifest else None
        path = str(folder / f"python{minor}") if manifest else None
        result.append({"minor": minor, "version": version, "path": path})
    return result
