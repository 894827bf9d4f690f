#!/usr/bin/env python3
"""Runs the parts of ./dev test and ./dev check and counts what they found.

    everyday.py test|check [--json] [--list] [--full] [--seconds N] [PART...]

A part builds what it needs and runs it; a part that this machine cannot run is skipped, with the reason.  The last line is
"aiocore: N passed, N failed, N skipped", counted in test cases.  Exit status: 0 if nothing failed and something passed.
"""
from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import builds
import cpython_host
import pythons
from report import Part, Program, Reporter, from_meson, one, skips

ROOT = builds.ROOT
CLANG_FORMAT = 14  # other versions format differently
CLANG_TIDY = 14  # other versions check other things
VALGRIND = "valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible"
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:abort_on_error=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


BUILDING = threading.Lock()  # of parts that run side by side


class Skip(Exception):
    """This machine cannot run the part."""


@dataclass
class Options:
    seconds: int
    full: bool = False

    def brief(self) -> dict[str, str]:
        """For what is slow: one of several of what is much alike (tests/effort.h)."""
        return {} if self.full else {"AIOCORE_BRIEF": "1"}


# ---- small helpers -----------------------------------------------------------------------------------------


def need(*tools: str) -> None:
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        raise Skip(f"{', '.join(missing)} is not installed (./dev setup)")


def version(tool: str) -> int:
    """The major version of one of clang's tools; 0 if it does not say."""
    said = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
    match = re.search(r"version (\d+)", said)
    return int(match[1]) if match else 0


def command(part: Part, name: str, words: list[str], **more: str) -> bool:
    """Runs a command as one program of a part; True if it succeeded."""
    started = time.monotonic()
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **more},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        errors="replace",
    )
    part.programs.append(one(name, done.returncode == 0, done.stdout, time.monotonic() - started))
    part.notes += skips(done.stdout)
    if done.returncode != 0:
        part.log += done.stdout
    return done.returncode == 0


def tool(part: Part, name: str, *arguments: str) -> bool:
    """Runs one of the tools beside this file."""
    return command(part, name, [sys.executable, str(ROOT / "tools" / f"{name}.py"), *arguments])


def meson_test(part: Part, flavour: str, *arguments: str, log: str = "testlog", **more: str) -> None:
    """Runs tests of a build that is made already."""
    folder = builds.HOME / flavour
    words = ["meson", "test", "-C", str(folder), "--no-rebuild", "--logbase", log, *arguments]
    for old in (folder / "meson-logs").glob(f"{log}*.json"):
        old.unlink()
    done = subprocess.run(
        words, env={**os.environ, **more}, text=True, stdin=subprocess.DEVNULL, capture_output=True, errors="replace"
    )
    written = sorted((folder / "meson-logs").glob(f"{log}*.json"))  # a wrapper's name is added
    if not written:
        part.programs.append(one("meson test", False, ""))
        part.log += done.stdout + done.stderr
        return
    programs, notes, failures = from_meson(written[0])
    part.programs += programs
    part.notes += notes
    part.log += failures


def sources(*suffixes: str) -> Iterator[str]:
    for folder in ("include", "src", "tests", "bench", "docs/examples", "difftests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path.relative_to(ROOT).as_posix()


# ---- the parts ---------------------------------------------------------------------------------------------


def gcc(part: Part, options: Options) -> None:
    need("gcc", "meson", "ninja")
    builds.build("gcc")
    meson_test(part, "gcc")


def asan(part: Part, options: Options) -> None:
    need("clang", "meson", "ninja")
    builds.build("asan")
    meson_test(part, "asan", "--timeout-multiplier", "3", CK_FORK="no", **SANITIZERS, **options.brief())


def tsan(part: Part, options: Options) -> None:
    """The tests with threads.  Addresses are not randomised, where that is allowed: TSan 14 knows few layouts."""
    need("clang", "meson", "ninja")
    builds.build("tsan", *builds.programs_of("tsan", "inbox"))
    fixed = subprocess.run(["setarch", "-R", "true"], capture_output=True).returncode == 0 if shutil.which("setarch") else False
    wrap = ["--wrap", "setarch -R"] if fixed else []
    meson_test(part, "tsan", "--suite", "inbox", "--timeout-multiplier", "3", *wrap, CK_FORK="no", **SANITIZERS)


def valgrind(part: Part, options: Options) -> None:
    """Some of the tests: the ones that allocate, fail and free in every way."""
    need("gcc", "valgrind", "meson", "ninja")
    builds.build("gcc")
    slowly = ["--timeout-multiplier", "10", "--wrap", VALGRIND]
    meson_test(part, "gcc", "--suite", "memory", *slowly, log="valgrind", CK_FORK="no", **options.brief())


def ownership(part: Part, options: Options) -> None:
    """All sources with ac_value and ac_ref as two types."""
    need("gcc", "meson", "ninja")
    folder = builds.configure("gcc")
    command(part, "ac_value is not ac_ref", ["ninja", "-C", str(folder), "src/libownership.a"])


def layers(part: Part, options: Options) -> None:
    tool(part, "layers")
    tool(part, "metrics", "--gate")


def snippets(part: Part, options: Options) -> None:
    tool(part, "snippets")


def rules(part: Part, options: Options) -> None:
    tool(part, "rules")
    mutations = [sys.executable, str(ROOT / "difftests" / "run_mutations.py"), "--list"]
    command(part, "mutations change what is there", mutations)


def formatting(part: Part, options: Options) -> None:
    need("clang-format")
    if (found := version("clang-format")) != CLANG_FORMAT:
        raise Skip(f"clang-format {found} formats otherwise than {CLANG_FORMAT}, which the project uses")
    files = list(sources(".c", ".h", ".cpp"))
    command(part, f"clang-format of {len(files)} files", ["clang-format", "--dry-run", "-Werror", *files])
    tool(part, "wrap", "--check", *files)


def libfuzzer(part: Part, options: Options, target: str, seeds: list[Path], *limits: str) -> None:
    """A short run; what it finds stays in build/fuzz-corpus and is where the next one starts."""
    need("clang", "meson", "ninja")
    with BUILDING:
        folder = builds.build("fuzz", "tests/fuzz_api", "tests/fuzz_minipy")
    corpus = builds.HOME / ("fuzz-corpus" if target == "fuzz_api" else f"fuzz-corpus-{target}")
    corpus.mkdir(parents=True, exist_ok=True)
    words = [str(folder / "tests" / target), f"-max_total_time={options.seconds}", "-timeout=10", *limits]
    words += [f"-artifact_prefix={builds.HOME}/", str(corpus), *(str(path) for path in seeds if path.is_dir())]
    if not command(part, f"{options.seconds} seconds of {target}", words, **SANITIZERS):
        part.log = re.sub(r"^(#\d+|\tNEW_FUNC).*\n", "", part.log, flags=re.MULTILINE)  # how the search went
        part.log += f"the input that failed is in {builds.HOME}; {folder}/tests/{target} FILE runs it again"


def fuzz_api(part: Part, options: Options) -> None:
    libfuzzer(part, options, "fuzz_api", [ROOT / "tests" / "fuzz_seeds"], "-len_control=5", "-max_len=600")


def fuzz_minipy(part: Part, options: Options) -> None:
    """Programs, from the scenarios on.  Each is on its own: what one leaves behind is a leak."""
    scenarios = sorted(path for path in (ROOT / "difftests" / "scenarios").iterdir() if path.is_dir())
    words = ["-max_len=4000", f"-dict={ROOT / 'tests' / 'fuzz_minipy.dict'}", "-rss_limit_mb=4000"]
    libfuzzer(part, options, "fuzz_minipy", scenarios, *words)


def twins(part: Part, options: Options) -> None:
    """The same programs on aiocore and on each CPython at hand, event by event."""
    if not (ROOT / "difftests" / "meson.build").is_file():
        raise Skip("there is no difftests/meson.build")
    folder = builds.build("gcc")
    runner = [sys.executable, str(ROOT / "difftests" / "run_twins.py"), "--bin", str(folder / "difftests")]
    found = pythons.find()
    if found:
        command(part, f"CPython {', '.join(build.version for build in found)}", runner)
    else:
        part.notes.append("no CPython 3.12 or later is at hand (./dev pythons fetches some); the recorded ones are compared with")
    command(part, "recorded outputs", [*runner, "--recorded"])


def difftest_tool(part: Part, label: str, tool: str, *words: str, flavour: str = "gcc") -> None:
    """One of the programs in difftests/ that compare; where there is no CPython to compare with it is not run."""
    binary = builds.build(flavour, "src/aiocore") / "src" / "aiocore"
    command(part, label, [sys.executable, str(ROOT / "difftests" / f"{tool}.py"), "--bin", str(binary), *words], **SANITIZERS)


def some_python(part: Part) -> bool:
    found = pythons.find()
    if not found:
        part.notes.append("no CPython 3.12 or later is at hand (./dev pythons fetches some): compared with what was recorded")
    return bool(found)


def difftest(part: Part, options: Options) -> None:
    """Every scenario on the interpreter and on each CPython at hand, event by event; and under the sanitizers, which see leaks."""
    if some_python(part):
        difftest_tool(part, "on all builds at hand", "difftest")
        difftest_tool(part, "in real time", "difftest", "--real-time")
        ears = [sys.executable, str(ROOT / "difftests" / "difftest.py"), "--ears"]
        command(part, "recording changes nothing", ears)
        binary = builds.build("gcc", "src/aiocore") / "src" / "aiocore"
        kit = [sys.executable, str(ROOT / "difftests" / "conformance.py"), "--version", "3.14.10", "--only", "taskgroup/", "--"]
        kit += [str(binary), *"trace --virtual-time --semantics {version} --record -o {record} {file}".split()]
        command(part, "the conformance kit, on aiocore as on any other", kit)
    else:
        difftest_tool(part, "recorded", "difftest", "--recorded")
    if shutil.which("clang"):
        words = ("--recorded", "--semantics", "3.14")
        difftest_tool(part, "recorded, under the sanitizers", "difftest", *words, flavour="asan")


def flags(part: Part, options: Options) -> None:
    """Each flag of the semantics has a scenario, and CPythons and profiles differ by it where the table says so."""
    if not some_python(part):
        raise Skip("needs a CPython; tests/test_flags.py checks the table without one")
    builds.build("gcc", "difftests/step_by_hand")
    difftest_tool(part, "flags", "run_flags")


def exhaustive(part: Part, options: Options) -> None:
    """All small programs."""
    if not some_python(part):
        raise Skip("needs a CPython")
    difftest_tool(part, "all small programs", "run_exhaustive")


def programs(part: Part, options: Options) -> None:
    """Random programs, always the same: new ones are for ./dev fuzz, whose finds nobody's change is to blame for."""
    if not some_python(part):
        raise Skip("needs a CPython")
    difftest_tool(part, "random programs", "fuzz", "--seconds", str(options.seconds), "--seed", "1")


def limits(part: Part, options: Options) -> None:
    """Deep, endless, huge and broken programs; Ctrl-C; outputs that cannot be written."""
    aiocore = builds.build("gcc", "src/aiocore") / "src" / "aiocore"
    command(part, "minipy_limits", [sys.executable, str(ROOT / "tests" / "minipy_limits.py"), str(aiocore)], **options.brief())


# What is aiocore's own in them; test_runners alone takes a minute or two on some releases.
EVERYDAY_TESTS = {
    "": ("test_futures", "test_futures2", "test_tasks", "test_eager_task_factory"),
    "--install": ("test_base_events", "test_taskgroups", "test_timeouts", "test_waitfor", "test_locks", "test_queues", "test_graph", "test_streams"),
}


def cpython(part: Part, options: Options) -> None:
    """The package for CPython: CPython's own tests of asyncio with it; on one release, as others differ in few lines."""
    need("gcc", "meson", "ninja")
    found = [python for python in pythons.find() if cpython_host.has_headers(python)]
    if not found:
        raise Skip("needs a CPython with its headers and its tests (tools/get-pythons --full)")
    for python in found if options.full else found[-1:]:
        words = ["--python", python.path]
        command(part, f"CPython {python.version}: replace", [sys.executable, str(ROOT / "tests" / "cpython_replace.py"), *words])
        command(part, f"CPython {python.version}: aiocore.EventLoop", [sys.executable, str(ROOT / "tests" / "cpython_loop.py"), *words])
        command(part, f"CPython {python.version}: aiocore.install()", [sys.executable, str(ROOT / "tests" / "cpython_install.py"), *words])
        hosts = ["--host", "replace", "--host", "install", "--seeds", "1", "--semantics", python.version]
        difftest = [sys.executable, str(ROOT / "difftests" / "difftest.py"), *hosts]
        command(part, f"CPython {python.version}: all scenarios, event by event", difftest)
        command(part, f"CPython {python.version}: bench --python", [sys.executable, str(ROOT / "tests" / "bench_python.py"), *words])
        if options.full:
            command(part, f"CPython {python.version}: programs", [sys.executable, str(ROOT / "tests" / "cpython_programs.py"), *words])
            tool(part, "wheel", *words)
        robustness = [sys.executable, str(ROOT / "tests" / "cpython_robustness.py"), *words]
        command(part, f"CPython {python.version}: forks, threads, ends", robustness)
        for mode in ("", "--loop", "--install", "--elsewhere") if options.full else EVERYDAY_TESTS:
            chosen = EVERYDAY_TESTS[mode] if not options.full else ("--full",) if mode else ()
            tests = [sys.executable, str(ROOT / "tools" / "cpython_tests.py"), *words, *([mode] if mode else []), *chosen]
            command(part, f"CPython {python.version}: its own tests {mode}".rstrip(), tests)


def headers(part: Part, options: Options) -> None:
    found = [name for name in ("gcc", "g++", "clang", "clang++") if shutil.which(name)]
    if not found:
        raise Skip("no compiler")
    command(part, "headers", [sys.executable, str(ROOT / "tests" / "headers.py"), str(ROOT), *found])


def tidy(part: Part, options: Options) -> None:
    need("clang-tidy", "clang", "meson", "ninja")
    if (found := version("clang-tidy")) != CLANG_TIDY:
        raise Skip(f"clang-tidy {found} checks other things than {CLANG_TIDY}, which the project uses")
    files = [name for name in sources(".c") if name.startswith("src/")]
    for_python = [name for name in files if name.startswith("src/hosts/cpython/")]
    tidy_of(part, "clang-tidy", builds.configure("asan"), [name for name in files if name not in for_python])
    found = [python for python in pythons.find() if cpython_host.has_headers(python)]
    if found:
        folder = cpython_host.build(found[-1], "clang").folder.parents[2]
        tidy_of(part, f"clang-tidy with the headers of CPython {found[-1].version}", folder, for_python)
    else:
        part.log += "\nskipped: src/hosts/cpython needs a CPython with its headers (tools/get-pythons --full)"


def tidy_of(part: Part, name: str, folder: Path, files: list[str]) -> None:
    """clang-tidy of files that are compiled in that folder."""
    words = ["xargs", "-0", "-P", str(os.cpu_count() or 1), "-n", "1", "clang-tidy", "-p", str(folder), "--quiet"]
    done = subprocess.run(words, cwd=ROOT, input="\0".join(files), text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    part.programs.append(one(name, done.returncode == 0, f"{len(files)} files"))
    part.log += "\n".join(line for line in done.stdout.splitlines() if re.search(r": (error|warning):", line))


def cppcheck(part: Part, options: Options) -> None:
    need("cppcheck")
    words = ["cppcheck", "--enable=warning,performance,portability", "--std=c11", "--library=python", "--inline-suppr", "--quiet"]
    # It does not read hexadecimal floats, nor that memcpy fills an array, nor conditions on the way to a division.
    blind = ("zerodivcond", "incorrectLogicOperator", "legacyUninitvar", "shiftTooManyBitsSigned")
    words += [f"--suppress={name}:src/hosts/minipy/*" for name in blind]
    words += ["--error-exitcode=1", "--suppress=missingIncludeSystem", "--suppress=pointerSize", "-Iinclude", "-Isrc", "-j2", "src"]
    command(part, "cppcheck", words)


@dataclass(frozen=True)
class Entry:
    run: Callable[[Part, Options], None]
    purpose: str


PARTS = {
    "format": Entry(formatting, "clang-format would change nothing"),
    "layers": Entry(layers, "no include points upward, no source is unlisted, no debts"),
    "snippets": Entry(snippets, "the C code in the documents is code that is compiled and run"),
    "rules": Entry(rules, "each rule of docs/semantics.md names its function and its proof, and each mutation its text; they exist"),
    "ownership": Entry(ownership, "no borrowed value where an owned one belongs"),
    "headers": Entry(headers, "each header alone, in C and C++"),
    "tidy": Entry(tidy, "clang-tidy"),
    "cppcheck": Entry(cppcheck, "cppcheck"),
    "gcc": Entry(gcc, "all tests and examples, built by gcc, assertions on"),
    "asan": Entry(asan, "all tests and examples, built by clang, address and undefined-behaviour sanitizers"),
    "tsan": Entry(tsan, "the tests with threads, thread sanitizer"),
    "valgrind": Entry(valgrind, "the tests of memory, under valgrind"),
    "fuzz-api": Entry(fuzz_api, "bytes as API calls, invariants checked after each"),
    "fuzz-minipy": Entry(fuzz_minipy, "bytes as programs for the interpreter"),
    "twins": Entry(twins, "the same programs on CPython and in C on aiocore"),
    "cpython": Entry(cpython, "CPython's own tests of asyncio, with aiocore in the place of its C"),
    "limits": Entry(limits, "what no program may do to the interpreter"),
    "difftest": Entry(difftest, "every scenario on CPython and on the interpreter, event by event"),
    "flags": Entry(flags, "what differs between releases, as a table that is checked"),
    "exhaustive": Entry(exhaustive, "all small programs on CPython and on the interpreter"),
    "programs": Entry(programs, "random programs on CPython and on the interpreter"),
}
TEST = ("format", "layers", "snippets", "rules", "ownership", "gcc", "asan", "tsan", "valgrind", "fuzz-api", "fuzz-minipy", "twins", "difftest", "flags",
        "exhaustive", "programs", "limits", "cpython")
CHECK = ("format", "layers", "snippets", "rules", "ownership", "headers", "tidy", "cppcheck")


# Parts of one process each: where both are wanted they run at the same time.
BESIDE = {"fuzz-api": "fuzz-minipy"}


def run_part(name: str, options: Options) -> Part:
    part, started = Part(name), time.monotonic()
    try:
        PARTS[name].run(part, options)
        if not part.programs:
            raise Skip("nothing belongs to this part")
    except Skip as reason:
        part.programs.append(Program(name, skipped=1, line="skipped"))
        part.notes.append(f"{name}: {reason}")
    except builds.BuildFailed as failure:
        part.programs.append(Program(str(failure), failed=1, line="failed"))
        part.log += failure.log
    part.seconds = time.monotonic() - started
    return part


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev", description="Runs the parts of ./dev test or ./dev check.")
    parser.add_argument("command", choices=("test", "check"))
    parser.add_argument("part", nargs="*", help="only these parts")
    parser.add_argument("--json", action="store_true", help="a JSON document on standard output, all else on standard error")
    parser.add_argument("--list", action="store_true", help="only name the parts")
    parser.add_argument("--full", action="store_true", help="what is much alike is repeated everywhere (tests/effort.h)")
    parser.add_argument("--seconds", type=int, metavar="N", help="how long to fuzz (10; with --full 60)")
    options = parser.parse_intermixed_args(arguments)
    seconds = (60 if options.full else 10) if options.seconds is None else options.seconds
    wanted = options.part or list(TEST if options.command == "test" else CHECK)
    if bad := [name for name in wanted if name not in PARTS]:
        parser.error(f"no part is called {bad[0]}; there are {', '.join(PARTS)}")
    if options.list:
        print("\n".join(f"{name:10} {PARTS[name].purpose}" for name in wanted))
        return 0
    reporter = Reporter(options.json)
    with ThreadPoolExecutor() as pool:
        begun = {}
        for name in wanted:
            reporter.begin(name, PARTS[name].purpose)
            for one_of_them in (name, BESIDE.get(name)):
                if one_of_them in wanted and one_of_them not in begun:
                    begun[one_of_them] = pool.submit(run_part, one_of_them, Options(seconds, options.full))
            reporter.end(begun[name].result())
    return reporter.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
