"""The changes that the shrinker tries: each makes one place of a syntax tree smaller, and can be undone."""
from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Kinds = tuple[str, ...]

# The fields that are rows of nodes: of statements, and of smaller parts.
STATEMENTS: Kinds = ("body", "orelse", "finalbody", "handlers")
PARTS: Kinds = ("decorator_list", "args", "keywords", "elts", "items", "bases", "kwonlyargs", "names", "targets", "values", "ifs")


@dataclass(frozen=True)
class Edit:
    """One field of one node gets another value."""

    owner: Any
    field: str
    value: Any

    def apply(self) -> Callable[[], None]:
        """Makes the change, and gives what undoes it."""
        owner, field, before = self.owner, self.field, getattr(self.owner, self.field)
        setattr(owner, field, self.value)
        return lambda: setattr(owner, field, before)


Edits = list[Edit]


@dataclass(frozen=True)
class Row:
    """A list of nodes in a node."""

    owner: Any
    field: str

    def nodes(self) -> list[Any]:
        return getattr(self.owner, self.field)

    def without(self, start: int, end: int) -> Edit:
        return self.instead(start, end, [])

    def instead(self, start: int, end: int, nodes: list[Any]) -> Edit:
        """Other nodes in place of a part; a body that would be empty gets a pass."""
        left = [*self.nodes()[:start], *nodes, *self.nodes()[end:]]
        if not left and self.field == "body" and not isinstance(self.owner, ast.Module):
            left = [ast.Pass()]
        return Edit(self.owner, self.field, left)


def rows(node: ast.AST, kinds: Kinds) -> list[Row]:
    """The rows of a node that can be made shorter."""
    found = [Row(node, field) for field in node._fields if field in kinds and isinstance(getattr(node, field), list)]
    return [row for row in found if row.nodes() and not only_pass(row.nodes())]


def only_pass(nodes: list[Any]) -> bool:
    return len(nodes) == 1 and isinstance(nodes[0], ast.Pass)


# ---- Names ----


def reads(tree: ast.AST) -> Counter[str]:
    """How often each name is read."""
    counted = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            counted.update(node.names)
    return counted


def defines(statement: ast.AST) -> list[str]:
    """The names that a statement only defines, without doing anything else that counts."""
    if isinstance(statement, Definition):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [name.asname or name.name for name in statement.names]
    if isinstance(statement, ast.Assign) and all(isinstance(target, ast.Name) for target in statement.targets):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def unused(tree: ast.Module) -> Edits:
    """For each body with definitions that nobody outside of them reads: the body without those."""
    counted = reads(tree)
    edits = []
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        kept = [statement for statement in body if not is_unread(statement, counted)]
        if len(kept) < len(body):
            edits.append(Row(node, "body").instead(0, len(body), kept))
    return edits


def is_unread(statement: ast.AST, counted: Counter[str]) -> bool:
    names = defines(statement)
    inside = reads(statement) if isinstance(statement, Definition) else Counter[str]()
    return bool(names) and all(counted[name] <= inside[name] for name in names)


# ---- Statements that give way to what is in them ----


def unwrapped(node: ast.AST) -> Iterator[Edits]:
    """For each statement in a node: what stands in it, instead of it."""
    for row in rows(node, ("body", "orelse", "finalbody")):
        for at, statement in enumerate(row.nodes()):
            for inner in insides(statement):
                yield [row.instead(at, at + 1, inner)]


def insides(statement: Any) -> Iterator[list[Any]]:
    """The bodies of a compound statement, and the expressions of a simple one that could stand alone."""
    if isinstance(statement, Definition):
        return
    for field in ("body", "orelse", "finalbody"):
        if inner := getattr(statement, field, None):
            yield inner
            if field == "body" and getattr(statement, "finalbody", None):
                yield [*inner, *statement.finalbody]
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
    for case in getattr(statement, "items", ()):
        if isinstance(case, ast.withitem):
            yield [ast.Expr(case.context_expr)]
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)) and statement.value is not None:
        yield [ast.Expr(statement.value)]


# ---- Expressions ----


def simpler(node: ast.AST) -> Iterator[Edits]:
    """For each expression in a node, and each small thing of it that may go: the tree without."""
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.expr) and not isinstance(getattr(value, "ctx", None), (ast.Store, ast.Del)):
            for less in smaller(value):
                yield [Edit(node, field, less)]
        elif isinstance(value, list):
            yield from simpler_items(node, field, value)
    yield from dropped(node)


def simpler_items(node: ast.AST, field: str, values: list[Any]) -> Iterator[Edits]:
    for at, value in enumerate(values):
        if isinstance(value, ast.expr) and not isinstance(getattr(value, "ctx", None), (ast.Store, ast.Del)):
            for less in smaller(value):
                yield [Row(node, field).instead(at, at + 1, [less])]


def smaller(value: ast.expr) -> Iterator[ast.expr]:
    """What could stand instead of an expression."""
    if isinstance(value, ast.Constant):
        yield from smaller_constant(value)
        return
    if isinstance(value, ast.Name):
        return
    if isinstance(value, ast.Attribute):
        if not isinstance(value.value, ast.Name):
            yield value.value
        return
    for child in ast.iter_child_nodes(value):
        if isinstance(child, ast.expr):
            yield child
        if isinstance(child, ast.keyword):
            yield child.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        yield value.func.value
    if not isinstance(value, (ast.Lambda, ast.Tuple, ast.List, ast.Dict, ast.Starred)):
        yield ast.Constant(0)


def smaller_constant(value: ast.Constant) -> Iterator[ast.expr]:
    known = value.value
    if isinstance(known, bool) or known is None or known is Ellipsis:
        return
    if isinstance(known, (int, float)):
        for less in (0, 1):
            if less != known and not (known == 0 and less == 1):
                yield ast.Constant(less)
    elif isinstance(known, str) and len(known) > 1:
        yield ast.Constant(known[0])


def dropped(node: ast.AST) -> Iterator[Edits]:
    """Fields that may be empty."""
    for field in ("returns", "cause", "vararg", "kwarg", "msg", "optional_vars", "annotation"):
        if getattr(node, field, None) is not None:
            yield [Edit(node, field, None)]
    if isinstance(node, ast.Return) and node.value is not None:
        yield [Edit(node, "value", None)]
    if isinstance(node, ast.ExceptHandler) and node.name is not None:
        yield [Edit(node, "name", None)]
    if isinstance(node, ast.arguments) and node.args:
        for at in range(len(node.args)):
            yield shorter(node, at)


def shorter(arguments: ast.arguments, at: int) -> Edits:
    """A function without one parameter, and without its default."""
    edits = [Row(arguments, "args").without(at, at + 1)]
    first = len(arguments.args) - len(arguments.defaults)
    if at >= first:
        edits.append(Row(arguments, "defaults").without(at - first, at - first + 1))
    return edits


def substituted(node: ast.AST) -> Iterator[Edits]:
    """A name that is given a value and read once: the value where it is read, and no assignment."""
    for row in rows(node, ("body", "orelse", "finalbody")):
        for at, statement in enumerate(row.nodes()):
            if not isinstance(statement, ast.Assign):
                continue
            names = defines(statement)
            places = [place for later in row.nodes()[at + 1 :] for name in names for place in readers(later, name)]
            if len(names) == len(places) == 1:
                yield [replaced(*places[0], statement.value), row.without(at, at + 1)]


def readers(tree: ast.AST, name: str) -> Iterator[tuple[Any, str, int | None]]:
    """The places that read a name: a node, its field, and the index in it."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            for at, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(item, ast.Name) and item.id == name and isinstance(item.ctx, ast.Load):
                    yield node, field, at


def replaced(owner: Any, field: str, at: int | None, value: ast.expr) -> Edit:
    return Edit(owner, field, value) if at is None else Row(owner, field).instead(at, at + 1, [value])
