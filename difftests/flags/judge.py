"""Whether a program shows its flag: on the builds, under aiocore's profiles, and with the flag alone put on or off.

Asked of each program:
  1. Every build prints what aiocore prints under the profile of its version, and not what it prints on the other side.
  2. No two builds that straddle the flag, one with and one without it, print the same.
  3. The flag alone changes what aiocore prints: turned under the version of every such build, taken away wherever it came
     or went, and put on in some release without it.  In the others another flag may hide it; that is told.
Where the flag came or went and no build stands on each side of that very place, that is told, too.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import corpus
from flags.table import Flag, Witness
from workers import Outcome, compare

Run = Callable[[str], str]  # a profile to what aiocore prints under it


@dataclass
class Verdict:
    """What came of one program."""

    flag: str
    program: str
    state: str = "passed"  # passed, failed, skipped
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    builds: list[list[str]] = field(default_factory=list)  # names of those that print the same
    changes: list[str] = field(default_factory=list)  # releases from which on aiocore prints something else
    hidden: list[str] = field(default_factory=list)  # releases in which the flag alone changes nothing
    alone: list[str] = field(default_factory=list)  # releases in which it changes something
    pairs: list[tuple[str, str]] = field(default_factory=list)  # neighbours among the builds that straddle it


def toggled(release: str, flag: Flag) -> str:
    """The profile of a release with this flag the other way."""
    return f"{release}{'-' if release in flag.on else '+'}{flag.name}"


def edges(flag: Flag, releases: list[str]) -> list[tuple[str, str]]:
    """Neighbours of which one has the flag and the other has not."""
    return [(old, new) for old, new in zip(releases, releases[1:]) if (old in flag.on) != (new in flag.on)]


def judge(flag: Flag, witness: Witness, releases: list[str], builds: dict[str, str], run: Run) -> Verdict:
    """builds: what each build that ran the program printed, by its name: "3.12.1", "3.12.7-wasm"."""
    verdict = Verdict(flag.name, witness.name)
    able = [release for release in releases if witness.fits(release)]
    printed = {release: run(release) for release in able}
    verdict.builds = groups(builds)
    verdict.changes = [new for old, new in zip(able, able[1:]) if printed[old] != printed[new]]
    verdict.hidden = [release for release in able if run(release) == run(toggled(release, flag))]
    verdict.alone = [release for release in able if release not in verdict.hidden]
    verdict.pairs = neighbours(flag, list(builds))
    verdict.problems += build_problems(flag, printed, builds, run)
    verdict.problems += straddle_problems(flag, builds, verdict)
    verdict.problems += toggle_problems(flag, able, builds, verdict)
    verdict.notes += notes(flag, witness, able, builds, verdict)
    if verdict.problems:
        verdict.state = "failed"
    elif not flag.own and not edges(flag, able):
        verdict.state = "skipped"
    return verdict


def groups(builds: dict[str, str]) -> list[list[str]]:
    """The builds by what they print, in the order of the first of each."""
    by_text: dict[str, list[str]] = {}
    for build, text in builds.items():
        by_text.setdefault(text, []).append(build)
    return list(by_text.values())


def build_problems(flag: Flag, printed: dict[str, str], builds: dict[str, str], run: Run) -> Iterator[str]:
    for build, text in builds.items():
        version = version_of(build)
        if version not in printed:
            yield f"aiocore does not know CPython {build}"
        elif text != printed[version] and text == run(toggled(version, flag)):
            yield f"CPython {build} is on the other side than the table says"
        elif text != printed[version]:
            yield f"CPython {build} and aiocore differ: {first_difference(text, printed[version])}"


def version_of(build: str) -> str:
    return build.split("-")[0]


def first_difference(left: str, right: str) -> str | None:
    return compare(Outcome(0, left, "", ""), Outcome(0, right, "", ""))


def by_side(flag: Flag, builds: list[str]) -> tuple[list[str], list[str]]:
    """Those without the flag, those with it."""
    has = [version_of(build) in flag.on for build in builds]
    return [build for build, on in zip(builds, has) if not on], [build for build, on in zip(builds, has) if on]


def neighbours(flag: Flag, builds: list[str]) -> list[tuple[str, str]]:
    """Builds that follow each other, of which one has the flag and the other has not."""
    ordered = sorted(builds, key=lambda build: corpus.key_of(version_of(build)))
    return [(old, new) for old, new in zip(ordered, ordered[1:]) if (version_of(old) in flag.on) != (version_of(new) in flag.on)]


def straddle_problems(flag: Flag, builds: dict[str, str], verdict: Verdict) -> Iterator[str]:
    """Where another flag hides this one, builds may print the same."""
    for group in groups(builds):
        without, having = by_side(flag, [build for build in group if version_of(build) not in verdict.hidden])
        if without and having:
            yield f"CPython {without[0]} and {having[0]} print the same"


def toggle_problems(flag: Flag, able: list[str], builds: dict[str, str], verdict: Verdict) -> Iterator[str]:
    """A flag of no release is asked for in the newest."""
    asked = [release for edge in edges(flag, able) for release in edge if release in flag.on] or able[-1:]
    asked += [version_of(build) for build in by_side(flag, list(builds))[1] if version_of(build) in able]
    for release in dict.fromkeys(asked):
        if release in verdict.hidden:
            yield f"nothing changes under {toggled(release, flag)}"
    without = [release for release in able if release not in flag.on]
    if without and all(release in verdict.hidden for release in without):
        yield "nothing changes where it is put on alone"


# ---- What is worth telling besides ----


def notes(flag: Flag, witness: Witness, able: list[str], builds: dict[str, str], verdict: Verdict) -> Iterator[str]:
    if flag.own:
        yield "aiocore's own"
        return
    has = [version_of(build) in flag.on for build in builds]
    sides = {"on": True in has, "off": False in has}
    reason = "no build at hand"
    if witness.requires and not edges(flag, able):
        reason = f"it cannot be run before {corpus.needs(witness.requires)}"
    for side, seen in sides.items():
        if not seen:
            yield f"{side} side: {reason}"
    if all(sides.values()):
        yield from unpinned(flag, able, verdict)
    others = [release for release in verdict.changes if release not in [new for _, new in edges(flag, able)]]
    if others:
        yield f"something else changes in {', '.join(others)}"
    if verdict.hidden and len(verdict.hidden) < len(able):
        yield f"hidden by others in {spans(verdict.hidden, able)}"


def unpinned(flag: Flag, able: list[str], verdict: Verdict) -> Iterator[str]:
    """Changes that the builds at hand straddle only together with others, or not at all."""
    places = edges(flag, able)
    seen: list[str] = []
    for old, new in verdict.pairs:
        first, last = corpus.key_of(version_of(old)), corpus.key_of(version_of(new))
        between = [place for _, place in places if first < corpus.key_of(place) <= last]
        seen += between if len(between) == 1 else []
    missed = [place for _, place in places if place not in seen]
    if missed:
        yield f"no builds straddle what changed in {', '.join(missed)}"


def spans(chosen: list[str], releases: list[str]) -> str:
    """["3.12.0", "3.12.1", "3.14.0"] as "3.12.0-3.12.1, 3.14.0"."""
    runs: list[list[str]] = []
    for at, release in enumerate(releases):
        if release not in chosen:
            continue
        if runs and at and runs[-1][-1] == releases[at - 1]:
            runs[-1].append(release)
        else:
            runs.append([release])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
