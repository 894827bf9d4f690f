"""Makes a failing program small: shrink(source, fails, seconds) gives a source that still fails, as short as it could get.

It works on the syntax tree and knows nothing of who wrote the program.  Statements go in chunks, outer ones first, then one by
one; compound statements give way to their bodies; else, finally, handlers, decorators, parameters and arguments go;
expressions become parts of themselves or constants; a name that is read once gives way to its value.  All of that again until
nothing more goes.  Each source is tried once, and what does not compile is not tried.
"""
from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from programs import shrink_moves as moves

Progress = Callable[[int, int], None]  # tries so far, lines of the smallest program so far


class OutOfTime(Exception):
    """No more tries."""


class Shrinker:
    """One program on its way down."""

    def __init__(self, source: str, fails: Callable[[str], bool], seconds: float, progress: Progress | None) -> None:
        self.tree = ast.parse(source)
        self.fails = fails
        self.end = time.monotonic() + seconds
        self.progress = progress
        self.best = source
        self.text = ""
        self.tried: dict[str, bool] = {}
        self.tries = 0

    # -- trying --

    def failing(self, text: str) -> bool:
        """Does this source compile and fail?"""
        if text not in self.tried:
            if time.monotonic() > self.end:
                raise OutOfTime
            self.tried[text] = compiles(text) and self.ask(text)
        return self.tried[text]

    def ask(self, text: str) -> bool:
        self.tries += 1
        answer = self.fails(text)
        if self.progress is not None:
            self.progress(self.tries, min(text.count("\n"), self.best.count("\n")) if answer else self.best.count("\n"))
        return answer

    def attempt(self, edits: moves.Edits) -> bool:
        """Changes the tree; undone unless the program is another one and still fails."""
        undo = [edit.apply() for edit in edits]
        try:
            text = unparse(self.tree)
            kept = text not in ("", self.text) and self.failing(text)
        except OutOfTime:
            revert(undo)
            raise
        if kept:
            self.best = self.text = text
        else:
            revert(undo)
        return kept

    # -- ways down --

    def unused(self) -> bool:
        """Definitions that nobody reads, all at once, then each alone; again, as that frees others."""
        gone = False
        while edits := moves.unused(self.tree):
            if not self.attempt(edits) and not any([self.attempt([edit]) for edit in edits]):
                break
            gone = True
        return gone

    def chunks(self, row: moves.Row) -> bool:
        """Parts of a row of nodes: all, halves, quarters... from the back, where what depends on others stands."""
        gone = False
        size = len(row.nodes())
        while size >= 1:
            at = len(row.nodes())
            while at > 0:
                start = max(0, at - size)
                if at <= len(row.nodes()) and self.attempt([row.without(start, at)]):
                    gone = True
                at = start
            size = min(size - 1, -(-size // 2)) if size > 1 else 0
        return gone

    def every(self, candidates: Callable[[ast.AST], Iterator[moves.Edits]]) -> bool:
        """Each of the small changes that a node offers, over the whole tree."""
        gone = False
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop(0)
            if any(self.attempt(edits) for edits in candidates(node)):
                gone = True
                waiting.insert(0, node)  # it may offer more
                continue
            waiting[:0] = ast.iter_child_nodes(node)
        return gone

    def rows(self, kinds: moves.Kinds) -> bool:
        """All rows of these kinds, outer ones first."""
        gone = False
        level: list[ast.AST] = [self.tree]
        while level:
            for node in level:
                for row in moves.rows(node, kinds):
                    gone |= self.chunks(row)
            level = [child for node in level for child in ast.iter_child_nodes(node)]
        return gone

    def descend(self) -> None:
        """Statements to a fixed point, as they cost least and save most; then the finer changes; then all of it again."""
        while True:
            self.structure()
            finer = self.rows(moves.PARTS) | self.every(moves.simpler) | self.every(moves.substituted)
            if not finer:
                return

    def structure(self) -> None:
        while True:
            gone = self.unused() | self.rows(moves.STATEMENTS)
            gone |= self.unused() | self.every(moves.unwrapped)
            if not gone:
                return

    def run(self) -> str:
        text = unparse(self.tree)
        try:
            if not text or not self.failing(text):
                return self.best  # it fails only in the words it was written in
            self.best = self.text = text
            self.descend()
        except OutOfTime:
            pass
        return self.best


def revert(undo: list[Callable[[], None]]) -> None:
    for step in reversed(undo):
        step()


def unparse(tree: ast.AST) -> str:
    """The text of a tree, "" if it has none."""
    try:
        return ast.unparse(tree) + "\n"
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ""


def compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "shrunk.py", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def title(source: str) -> str:
    """What a source says of itself in its first words."""
    try:
        words = (ast.get_docstring(ast.parse(source)) or "").strip().splitlines()
    except (SyntaxError, ValueError):
        return ""
    return words[0].strip() if words else ""


def described(original: str, shrunk: str, fails: Callable[[str], bool]) -> str:
    """The shrunk source with a docstring that says what it is, if it fails with it too."""
    words = title(original)
    text = f'"""Shrunk from: {words.removeprefix("Shrunk from: ")}"""\n' if words else '"""A program, shrunk."""\n'
    whole = text.replace("\\", "\\\\") + shrunk
    return whole if compiles(whole) and fails(whole) else shrunk


def shrink(source: str, fails: Callable[[str], bool], seconds: float, progress: Progress | None = None) -> str:
    """The smallest source found in that time for which fails() is true; the source itself if nothing smaller fails."""
    try:
        shrinker: Any = Shrinker(source, fails, seconds, progress)
    except (SyntaxError, ValueError):
        return source
    shrunk = shrinker.run()
    return described(source, shrunk, fails) if shrunk != source else source
