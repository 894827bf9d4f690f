"""The mutations: deliberate small mistakes in the core, each of which the corpus has to notice.

They are data: *.toml beside this file, one file for each subject.  A file names the areas of scenarios that are looked at
first, and has any number of [[mutation]]: name, file, old (stands there exactly once), new, and breaks: what it does wrong,
in asyncio's terms.
"""
from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEYS = ("name", "file", "old", "new", "breaks")


class BadMutation(Exception):
    """The data does not fit the source any more, or never did."""


@dataclass(frozen=True)
class Mutation:
    """One mistake."""

    name: str
    file: str  # from the root of the project
    old: str
    new: str
    breaks: str
    subject: str  # the name of the data file
    areas: tuple[str, ...]  # of scenarios, the likeliest to notice it first

    def apply(self, text: str) -> str:
        """The file with the mistake in it."""
        count = text.count(self.old)
        if count != 1:
            raise BadMutation(f"{self.name}: the old text stands {count} times in {self.file}, not once")
        return text.replace(self.old, self.new)


def read(path: Path) -> list[Mutation]:
    """The mutations of one data file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadMutation(f"{path.name}: {error}") from error
    found: list[Mutation] = []
    for entry in data.get("mutation", []):
        if set(entry) != set(KEYS) or not all(isinstance(entry[key], str) for key in KEYS):
            raise BadMutation(f"{path.name}: {entry.get('name', 'a mutation without a name')} must have {', '.join(KEYS)}")
        if entry["old"] == entry["new"]:
            raise BadMutation(f"{entry['name']} changes nothing")
        found.append(Mutation(**entry, subject=path.stem, areas=tuple(data.get("areas", ()))))
    return found


def load() -> list[Mutation]:
    """All mutations, those of one source file together: so each of them compiles one file less."""
    found = [mutation for path in sorted(HERE.glob("*.toml")) for mutation in read(path)]
    names = [mutation.name for mutation in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadMutation(f"{twice[0]} is the name of two mutations")
    return sorted(found, key=lambda mutation: mutation.file)


def check(mutations: Iterable[Mutation], root: Path) -> None:
    """BadMutation, which names all that do not, unless each of them can be applied to the tree at root."""
    troubles: list[str] = []
    for mutation in mutations:
        try:
            mutation.apply((root / mutation.file).read_text(encoding="utf-8"))
        except OSError as error:
            troubles.append(f"{mutation.name}: {mutation.file}: {error.strerror}")
        except BadMutation as trouble:
            troubles.append(str(trouble))
    if troubles:
        raise BadMutation("\n".join(troubles))
