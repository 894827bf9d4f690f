"""aiocore inside a CPython: the packages that are put in place, built as they are needed.

    replace    its Future and Task for those of _asyncio; the loop is the recorder's own, in Python, and so is what it hears
    install    also its functions and classes and its event loop, on a virtual clock; the core itself writes the event record
"""
from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import corpus
from workers import HERE, Host, pythons

import cpython_host  # tools/, which workers has put on the path
from builds import BuildFailed

HOWS = ("replace", "install")


class NotBuilt(Exception):
    """The package cannot be compiled; its text is the compiler's."""


@dataclass(frozen=True)
class Inside:
    """A build, and aiocore in it."""

    build: pythons.Build
    host: Host

    @property
    def name(self) -> str:
        return f"{self.build.name} {self.host.how}"


@lru_cache(maxsize=None)
def exceptions() -> list[dict[str, Any]]:
    """What does otherwise, and why."""
    with (HERE / "hosts_except.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["except"]
    return found


def excuse(host: Host, scenario: str, version: str) -> str:
    """Why a scenario does something else with aiocore in place; "" if it is to do the same."""
    for each in exceptions():
        if each["how"] == host.how and scenario in each["scenarios"] and corpus.is_meant(version, each.get("releases", ())):
            return str(each["reason"])
    return ""


def find(builds: Iterable[pythons.Build], hows: Iterable[str], flavour: str = "debug") -> list[Inside]:
    """Each of these builds in each way; what is no CPython with headers is left out, and told.  NotBuilt."""
    ways, given = list(dict.fromkeys(hows)), list(builds)
    native = [build for build in given if build.kind == "native"]
    if others := [build.name for build in given if build.kind != "native"]:
        print(f"left out, for aiocore is built for native CPythons: {', '.join(others)}", file=sys.stderr)
    fit = [build for build in native if cpython_host.has_headers(build)]
    if unfit := [build for build in native if build not in fit]:
        print(f"left out, {cpython_host.without_headers(unfit)}", file=sys.stderr)
    try:
        made = [cpython_host.build(build, flavour) for build in fit]
    except BuildFailed as failure:
        raise NotBuilt(f"{failure.log}\n{failure} failed") from None
    return [Inside(one.python, Host(how, str(one.folder), tuple(one.environment().items()))) for one in made for how in ways]
