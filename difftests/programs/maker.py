"""One random program in the making: what it may have in it, where the writing stands, and the small choices.

Function i calls, spawns and awaits only functions after it, loops are short, and a program that prints too much stops
itself: so every program ends.  (Tasks that wait for each other in a circle would be cancelled for ever, and a CPython dies
of that.)  Tasks, futures and handles are kept in global lists, so nothing depends on when an object is freed.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from programs.dice import Dice, Urn
from programs.features import FEATURES, NESTED, SIMPLE, Feature, usable
from programs.writer import Writer

DEEPEST = 4
TRIES = 12  # draws for one statement before it becomes a plain mark
ALWAYS = ("note", "sleep.zero", "task.create", "task.await", "try.except")  # no program goes without by its seed
ERRORS = ("ValueError", "ValueError", "KeyError", "KeyError", "RuntimeError", "ZeroDivisionError", "OSError")
GUARDLESS = 0.12  # of what may well raise, where nothing around would catch it
LOOP = "asyncio.get_running_loop()"
BOTH = "(asyncio.CancelledError, Exception)"
KINDS = (BOTH, BOTH, BOTH, BOTH, "Exception", "Exception", "Exception", "asyncio.CancelledError", "BaseException",
         "(ValueError, KeyError)", "RuntimeError")  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """Where the writing stands."""

    index: int = 0  # of the function
    depth: int = 0
    groups: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()  # names of timeouts around
    gathered: tuple[str, ...] = ()  # names of gatherings and shields begun in this function
    favoured: tuple[str, ...] = ()  # features that have their place here
    tasks: tuple[str, ...] = ()  # local names of tasks
    loops: int = 0
    guarded: bool = False  # an exception does not leave the function
    leave: bool = True  # may return (a handler of except* and a finally may not)
    value: bool = True  # may return a value (an asynchronous generator may not)


@dataclass
class Maker:
    """The program and its choices."""

    seed: int
    weights: Mapping[str, float]
    available: Collection[str] | None
    size: int
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        self.dice = Dice(self.seed)
        self.writer = Writer()
        self.put = self.writer.put
        self.helpers: set[str] = set()  # names of helpers that the text uses
        self.functions = self.dice.number(2, 5)
        self.futures = self.dice.number(1, 3)
        self.room = 0
        self.used: set[str] = set()
        self.chances = self.swarm()
        features = [(feature, self.chances[feature.name]) for feature in FEATURES.values()]
        self.simple = Urn([(feature, weight) for feature, weight in features if feature.kind == SIMPLE])
        self.nested = Urn([(feature, weight) for feature, weight in features if feature.kind == NESTED])

    def swarm(self) -> dict[str, float]:
        """The weight of each feature in this program: a random part of all, so that programs differ in kind."""
        dice = Dice(self.seed * 2 + 1)
        missing = dice.pick((0.0, 0.2, 0.4, 0.6))
        chances = {}
        for name, feature in FEATURES.items():
            # Both are drawn for each feature, or what is available would change what the others weigh.
            left_out, factor = dice.chance(missing) and name not in ALWAYS, dice.pick((0.3, 0.6, 1, 1, 1, 2, 4))
            given = self.weights.get(name, 1.0)
            weight = 0.0 if left_out and given <= 1 else feature.weight * factor
            chances[name] = weight * given if usable(feature, self.available) else 0.0
        return chances

    # -- small choices --

    def chance(self, likely: float) -> bool:
        return self.dice.chance(likely)

    def wants(self, name: str) -> bool:
        """Is this option used here?  If so, that is counted."""
        if not self.dice.chance(self.chances[name]):
            return False
        self.writer.use(name)
        self.used.add(name)
        return True

    def mark(self) -> int:
        return self.writer.mark()

    def helper(self, name: str) -> str:
        self.helpers.add(name)
        if name == "source":
            self.helpers.add("sources")
        return name

    def future(self) -> str:
        if self.chance(0.1):
            return "futures[-1]"
        return f"futures[{self.dice.number(0, self.futures - 1)}]"

    def task(self) -> str:
        """Any task: to be cancelled or looked at."""
        if self.scope.tasks and self.chance(0.6):
            return self.dice.pick(self.scope.tasks[-3:])
        return f"{self.helper('task')}({self.dice.pick((-1, -1, -1, -2, -2, 1, 1, 2, 3, 4, 5, 0))})"

    def later(self) -> str:
        """A task that never waits for this one: to be awaited."""
        if self.scope.tasks and self.chance(0.75):
            return self.dice.pick(self.scope.tasks[-3:])
        return f"{self.helper('later')}({self.scope.index}, {self.dice.pick((-1, -1, -2, 0, 1, 2))})"

    def waitable(self) -> str:
        if self.scope.gathered and self.chance(0.15):
            return self.dice.pick(self.scope.gathered)
        return self.later() if self.chance(0.7) else self.future()

    def call(self) -> str:
        """A call of a coroutine function."""
        return self.ranked_call()[0]

    def ranked_call(self) -> tuple[str, int]:
        """The same, and the rank of a task of it: which function it runs."""
        if self.scope.index + 1 < self.functions and self.chance(0.85):
            index = self.dice.number(self.scope.index + 1, self.functions - 1)
            return f"f{index}({self.dice.number(0, 3)})", index
        return f"asyncio.sleep({self.delay()}, {self.mark()})", self.functions

    def keep(self, made: str) -> str:
        """The call that keeps a task; {} in it is for the coroutine."""
        coroutine, rank = self.ranked_call()
        return f"{self.helper('keep')}({made.replace('{}', coroutine)}, {rank})"

    def anything(self) -> str:
        """An awaitable of any kind."""
        return self.waitable() if self.chance(0.5) else self.call()

    def delay(self) -> str:
        return self.dice.pick(("0", "0", "0.5", "1", "1", "2", "3", "-1"))

    def error(self) -> str:
        if self.chance(0.12):
            return f'ExceptionGroup("e{self.mark()}", [ValueError({self.mark()}), KeyError({self.mark()})])'
        return f"{self.dice.pick(ERRORS)}({self.mark()})"

    def message(self) -> str:
        return self.dice.pick(("", "", f"'c{self.mark()}'"))

    # -- statements --

    @contextmanager
    def within(self, **changes: object) -> Iterator[None]:
        """The scope with changes, for as long as the body is written."""
        before = self.scope
        self.scope = replace(before, **changes)  # type: ignore[arg-type]
        yield
        self.scope = before

    def block(self, head: str, first: str = "", **changes: object) -> None:
        """A compound statement with random statements inside."""
        with self.within(depth=self.scope.depth + 1, **changes), self.writer.block(head):
            if first:
                self.put(first)
            self.statements(self.dice.number(1, 4 if self.scope.depth < 3 else 2))

    def statements(self, count: int) -> None:
        for _ in range(count):
            self.statement()

    def statement(self) -> None:
        self.room -= 1
        deep = self.scope.depth >= DEEPEST or self.room <= 0 or not self.nested
        urn = self.nested if not deep and self.chance(0.35) else self.simple
        for _ in range(TRIES if urn else 0):
            feature = self.favourite() or urn.draw(self.dice)
            if feature.write is None:
                continue
            self.writer.use(feature.name)
            if feature.write(self) is not False:
                self.used.add(feature.name)
                return
            self.writer.open[-1].pop()
            self.writer.uses.pop()
        self.put(f"note({self.mark()})")

    def favourite(self) -> Feature | None:
        """Sometimes what belongs into the statement around: a spawn into a group, for one."""
        if not self.scope.favoured or not self.chance(0.35):
            return None
        feature = FEATURES[self.dice.pick(self.scope.favoured)]
        return feature if self.chance(self.chances[feature.name] / feature.weight) else None

    def risky(self, write: Callable[[], object]) -> None:
        """Writes what may well raise, guarded more often than not where nothing around would catch it."""
        if self.scope.guarded or self.chance(GUARDLESS):
            write()
            return
        with self.writer.block("try:"):
            write()
        with self.writer.block(f"except {self.dice.pick(KINDS)} as error:"):
            self.put(f"note({self.mark()}, show(error))")

    def line(self, text: str) -> None:
        """Writes one line that may well raise."""
        self.risky(lambda: self.put(text))

    def shown(self, text: str) -> None:
        """Writes a line that prints what an expression gives, which may well raise."""
        mark = self.mark()
        self.line(f"note({mark}, {text})")
