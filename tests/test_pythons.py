#!/usr/bin/env python3
"""Checks how builds of CPython are found and fetched (tools/pythons.py, tools/wasm_pythons.py), with stand-ins for them.

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


if __name__ == "__main__":
    unittest.main()
