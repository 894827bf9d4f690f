#!/usr/bin/env python3
"""Checks how builds of CPython are found and fetched (tools/pythons.py, tools/wasm_pythons.py, tools/debian_packages.py), with stand-ins for them.

    test_pythons.py [unittest's arguments]

A stand-in is a script that answers as a Python would; npm and node are such scripts, too, so nothing is downloaded.
"""
from __future__ import annotations

import io
import json
import os
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import debian_packages  # noqa: E402
import debian_pythons  # noqa: E402
import fetching  # noqa: E402
import pythons  # noqa: E402
import wasm_pythons  # noqa: E402

WASM = wasm_pythons.NEEDED


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def answers(path: Path, implementation: str, version: str, level: str = "final") -> str:
    return str(script(path, f"echo {implementation} {level} {version} {path}"))


class Sandbox(unittest.TestCase):
    """An own PATH, home and folder of builds; and a node that says that every WebAssembly build is 3.12.7."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.home = Path(holder.name)
        self.path = self.home / "bin"
        self.builds = self.home / "builds"
        self.builds.mkdir()
        surroundings = {
            "PATH": f"{self.path}:/usr/bin:/bin",
            "PYENV_ROOT": str(self.home / "pyenv"),
            "AIOCORE_PYTHONS": str(self.builds),
            "XDG_CACHE_HOME": str(self.home / "cache"),
        }
        patch = mock.patch.dict(os.environ, surroundings)
        patch.start()
        self.addCleanup(patch.stop)
        # What the machine itself has on PATH is not to be seen.
        patch = mock.patch.object(pythons, "folders", lambda: iter([self.path, self.builds]))
        patch.start()
        self.addCleanup(patch.stop)
        script(self.path / "node", f'echo asked >> {self.home}/asked; echo cpython final 3.12.7 "$2"')

    def times_asked(self) -> int:
        path = self.home / "asked"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def wasm_build(self, manifest: dict[str, object] | None = None) -> Path:
        home = self.builds / "wasm-3.12.7"
        home.mkdir()
        (home / pythons.MODULE).write_bytes(b"a module")
        if manifest is not None:
            fetching.write_manifest(home, manifest)
        return home


class Finding(Sandbox):
    def test_natives_only_unless_asked(self) -> None:
        answers(self.path / "python3.13", "cpython", "3.13.5")
        answers(self.path / "pypy3", "pypy", "3.13.1")
        self.wasm_build()
        self.assertEqual([build.name for build in pythons.find()], ["3.13.5"])
        names = [build.name for build in pythons.find(kinds=pythons.KINDS)]
        self.assertEqual(names, ["3.12.7-wasm", "3.13.1-pypy", "3.13.5"])

    def test_one_version_of_two_kinds_is_two_builds(self) -> None:
        answers(self.path / "python3.12", "cpython", "3.12.7")
        answers(self.builds / "python3.12", "cpython", "3.12.7")
        self.wasm_build()
        found = pythons.find(kinds=pythons.KINDS)
        self.assertEqual([(build.name, build.key) for build in found], [("3.12.7", (3, 12, 7)), ("3.12.7-wasm", (3, 12, 7))])
        self.assertEqual(found[0].path, str(self.path / "python3.12"))

    def test_refused_with_the_reason(self) -> None:
        old = answers(self.path / "pypy3", "pypy", "3.11.13")
        other = answers(self.path / "python3.12", "graalpy", "3.12.8")
        early = answers(self.path / "python3.15", "cpython", "3.15.0", "candidate")
        broken = str(script(self.path / "python3.13", "exit 1"))
        builds, refused = pythons.look(kinds=pythons.KINDS)
        self.assertEqual(builds, [])
        reasons = {refusal.path: refusal.reason for refusal in refused}
        self.assertEqual(sorted(reasons), sorted([old, other, early, broken]))
        self.assertIn("3.11.13-pypy, which is too old", reasons[old])
        self.assertIn("graalpy", reasons[other])
        self.assertIn("pre-release", reasons[early])
        self.assertIn("does not run", reasons[broken])

    def test_by_hand(self) -> None:
        pypy = answers(self.home / "elsewhere" / "pypy3.12", "pypy", "3.12.11")
        self.assertEqual([build.name for build in pythons.find([pypy], pythons.KINDS)], ["3.12.11-pypy"])
        with self.assertRaisesRegex(pythons.NotAPython, "only native builds"):
            pythons.find([pypy])
        for nothing in (str(self.home), str(self.home / "missing"), "/bin/false"):
            with self.subTest(nothing), self.assertRaises(pythons.NotAPython):
                pythons.find([nothing])

    def test_commands(self) -> None:
        native = pythons.Build("3.14.2", "python3.14", "/usr/bin/python3.14")
        self.assertEqual(pythons.command(native), ["python3.14", "-I", str(pythons.WORKER)])
        wasm = pythons.Build("3.12.7", "/builds/wasm-3.12.7", "/builds/wasm-3.12.7", "wasm")
        self.assertEqual(pythons.command(wasm), ["node", str(pythons.WASM_WORKER), "/builds/wasm-3.12.7"])

    def test_a_wasm_build_is_asked_again_when_it_has_changed(self) -> None:
        home = self.wasm_build({"version": "3.12.1", "module": "another sum"})
        self.assertEqual(pythons.find(kinds=["wasm"])[0].version, "3.12.7")
        self.assertEqual(self.times_asked(), 1)
        fetching.write_manifest(home, {"version": "3.12.1", "module": pythons.module_sum(home)})
        self.assertEqual(pythons.find(kinds=["wasm"])[0].version, "3.12.1")
        self.assertEqual(self.times_asked(), 1)

    def test_no_node(self) -> None:
        home = self.wasm_build()
        with mock.patch.dict(os.environ, PATH=""):
            _, refused = pythons.look(kinds=["wasm"])
        self.assertEqual([(refusal.path, "node" in refusal.reason) for refusal in refused], [(str(home), True)])


class Fetching(Sandbox):
    """npm is a script that copies an archive made here."""

    def setUp(self) -> None:
        super().setUp()
        self.archive = self.home / "packed.tgz"
        with tarfile.open(self.archive, "w:gz") as package:
            for name in (*WASM, "README.md", "pyodide.js.map"):
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size = len(name)
                package.addfile(entry, io.BytesIO(name.encode()))
        script(self.path / "npm", f"echo npm >> {self.home}/npm; cp {self.archive} pyodide-9.9.9.tgz")
        self.release("3.12.7", wasm_pythons.sum_of(self.archive))
        patch = mock.patch.object(wasm_pythons, "say", lambda text: None)
        patch.start()
        self.addCleanup(patch.stop)

    def release(self, version: str, sha512: str) -> None:
        patch = mock.patch.object(wasm_pythons, "RELEASES", {version: wasm_pythons.Release("9.9.9", sha512)})
        patch.start()
        self.addCleanup(patch.stop)

    def downloads(self) -> int:
        return len((self.home / "npm").read_text().splitlines())

    def test_unpacks_what_is_needed(self) -> None:
        wasm_pythons.fetch(self.builds, ["3.12.7"], again=False)
        home = self.builds / "wasm-3.12.7"
        self.assertEqual(sorted(os.listdir(home)), sorted([*WASM, "manifest.json"]))
        manifest = json.loads((home / "manifest.json").read_text())
        self.assertEqual((manifest["version"], manifest["package"]), ("3.12.7", "pyodide 9.9.9"))
        self.assertEqual(sorted(os.listdir(self.builds)), [".gitignore", "wasm-3.12.7"])
        self.assertEqual(wasm_pythons.rows(self.builds, ["3.12.7"])[0]["path"], str(home))
        self.assertEqual(pythons.find(kinds=["wasm"])[0].name, "3.12.7-wasm")
        self.assertEqual(self.times_asked(), 1)

    def test_the_cache_is_used_while_it_is_whole(self) -> None:
        for _ in range(2):
            wasm_pythons.fetch(self.builds, ["3.12.7"], again=True)
        self.assertEqual(self.downloads(), 1)
        cached = fetching.cache_folder("npm") / "pyodide-9.9.9.tgz"
        cached.write_bytes(cached.read_bytes()[:-1])
        wasm_pythons.fetch(self.builds, ["3.12.7"], again=True)
        self.assertEqual(self.downloads(), 2)

    def test_another_archive_is_refused(self) -> None:
        self.release("3.12.7", "of something else")
        with self.assertRaisesRegex(fetching.Failure, "not the file"):
            wasm_pythons.fetch(self.builds, ["3.12.7"], again=False)
        self.assertFalse(wasm_pythons.is_there(self.builds, "3.12.7"))
        self.assertEqual(os.listdir(fetching.cache_folder("npm")), [])

    def test_another_version_is_refused(self) -> None:
        self.release("3.13.2", wasm_pythons.sum_of(self.archive))
        with self.assertRaisesRegex(fetching.Failure, "is 3.12.7, not 3.13.2"):
            wasm_pythons.fetch(self.builds, ["3.13.2"], again=False)
        self.assertEqual(os.listdir(self.builds), [".gitignore"])

    def test_missing_tools_are_named(self) -> None:
        with mock.patch.dict(os.environ, PATH=""), self.assertRaisesRegex(fetching.Failure, "node and npm"):
            wasm_pythons.fetch(self.builds, ["3.12.7"], again=False)

    def test_only_what_no_native_build_has(self) -> None:
        answers(self.path / "python3.12", "cpython", "3.12.7")
        self.assertEqual(wasm_pythons.lacking(), [])


class Archive:
    """Stands for apt: what there is, newest first, as package, version and what it depends on."""

    PACKAGES = (
        ("python3-quick", "2", "python3 (<< 3.15), python3 (>= 3.14~), python3:any, libc6 (>= 2.14), libquick1 (>= 1)"),
        ("python3-quick", "1", "python3 (<< 3.14), python3 (>= 3.13~), libc6 (>= 2.14)"),
        ("python3-web", "5", "python3:any, python3-parts (>= 2), python3-supported-min (>= 3.13) | python3-more"),
        ("python3-parts", "3", "python3 (<< 3.16), python3 (>= 3.14~)"),
        ("libquick1", "1", "libc6"),
    )

    def versions(self, package: str) -> list[dict[str, str]]:
        return [{"version": version, "depends": depends} for name, version, depends in self.PACKAGES if name == package]


class Packages(Sandbox):
    """What get-pythons --with chooses."""

    def closure(self, name: str, minor: str) -> dict[str, str]:
        return debian_packages.closure(Archive(), name, minor, {"libc6"})  # type: ignore[arg-type]

    def test_the_newest_that_fits_with_its_libraries(self) -> None:
        self.assertEqual(self.closure("quick", "3.14"), {"python3-quick": "2", "libquick1": "1"})
        self.assertEqual(self.closure("quick", "3.13"), {"python3-quick": "1"})

    def test_the_reason_if_none_fits(self) -> None:
        with self.assertRaisesRegex(debian_packages.Unfit, r"python3-quick is there for other CPythons only \(2, 1\)"):
            self.closure("quick", "3.15")
        with self.assertRaisesRegex(debian_packages.Unfit, "python3-nothing is in none of the suites"):
            self.closure("nothing", "3.14")

    def test_what_a_package_needs_is_to_fit_as_well(self) -> None:
        self.assertEqual(self.closure("web", "3.15"), {"python3-web": "5", "python3-parts": "3"})
        with self.assertRaisesRegex(debian_packages.Unfit, "python3-parts"):
            self.closure("web", "3.13")

    def test_what_is_there_and_what_is_not(self) -> None:
        home = debian_packages.home_of(self.builds, "3.14")
        home.mkdir()
        fetching.write_manifest(home, {"wanted": ["quick"], "packages": {"python3-quick": "2", "libquick1": "1"}})
        found = debian_packages.rows(self.builds, ["3.14", "3.15"], ["quick", "web"])
        self.assertEqual([(row["minor"], row["package"], row["version"]) for row in found],
                         [("3.14", "quick", "2"), ("3.14", "web", None), ("3.15", "quick", None), ("3.15", "web", None)])

    def test_only_for_the_build_that_they_were_fetched_for(self) -> None:
        folder = debian_packages.home_of(self.builds, "3.14") / debian_packages.MODULES
        folder.mkdir(parents=True)
        mine, other = (answers(place / "python3.14", "cpython", "3.14.9") for place in (self.builds, self.path))
        self.assertEqual(pythons.packages_for(pythons.Build("3.14.9", mine, mine)), [folder.resolve()])
        self.assertEqual(pythons.packages_for(pythons.Build("3.14.9", other, other)), [])
        self.assertEqual(pythons.packages_for(pythons.Build("3.15.0", mine, mine)), [])

    def test_the_launcher_finds_their_libraries(self) -> None:
        library = self.builds / "3.14" / "usr" / "lib" / "x"
        library.mkdir(parents=True)
        (library / "libc.so.6").touch()
        script(library / "ld-linux.so.2", 'echo "$2"')
        launcher = debian_pythons.write_launcher(self.builds, "3.14")
        self.assertIn(f"{self.builds.resolve()}/packages-3.14/usr/lib/x", fetching.run([str(launcher)]).strip().split(":"))


if __name__ == "__main__":
    unittest.main()
