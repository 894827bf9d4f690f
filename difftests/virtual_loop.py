"""An event loop for CPython without a selector: time is virtual, and what is accident becomes insertion order.

The rules are those that aiocore's virtual clock follows, so that both sides of a comparison see the same times:

- the clock starts at 0.0, is shared by all loops of the process, and stands still while callbacks run;
- polling with something ready costs nothing; polling with nothing ready jumps to the earliest timer, at most 24 hours
  at a time (CPython clamps its wait);
- if that timer was polled for already and still is not due (float rounding, gh-145703), the clock ticks by one ulp.

install() also gives asyncio.taskgroups, tasks and staggered a set that keeps the order of insertion, and lets
asyncio.all_tasks() give the tasks in the order of their creation; a loop closes its asynchronous generators in the
order of their first iteration.  Works with CPython 3.12 and later.
"""
from __future__ import annotations

import ast
import asyncio
import collections.abc
import math
import sys
import weakref
from typing import Any

DAY = 24.0 * 3600


class Deadlock(BaseException):
    """Nothing is ready, no timer is set, and nothing can ever happen."""


class Clock:
    """Virtual seconds."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.now = 0.0
        self.polled = -1.0  # the deadline that was last jumped to

    def jump(self, when: float) -> None:
        target = min(when, self.now + DAY)
        if target > self.now:
            self.now = target
        elif self.polled == when:
            self.now = math.nextafter(self.now, math.inf)
        self.polled = when


CLOCK = Clock()


class VirtualSelector:
    """What BaseEventLoop polls; it never waits."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        loop: Any = self.loop
        if loop._ready or loop._stopping:
            return []
        if not loop._scheduled:
            raise Deadlock("deadlock: " + ", ".join(sorted(task.get_name() for task in asyncio.all_tasks(loop))))
        CLOCK.jump(loop._scheduled[0]._when)
        return []


class OrderlyLoop(asyncio.BaseEventLoop):
    """Remembers in which order its tasks and asynchronous generators were made."""

    def __init__(self) -> None:
        super().__init__()
        self._creation: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._made = 0
        self._asyncgens = OrderedWeakSet()

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:
        task = getattr(callback, "__self__", None)
        if isinstance(task, asyncio.Task):
            self.note_task(task)
        return super().call_soon(callback, *args, context=context)

    def note_task(self, task: Any) -> None:
        """A task is there; the first time counts.  A listener notes it in the constructor, before an eager step makes others."""
        try:
            if task not in self._creation:
                self._made += 1
                self._creation[task] = self._made
        except TypeError:  # a factory may give what has no weak references
            pass

    def create_task(self, coro: Any, **keywords: Any) -> Any:
        task = super().create_task(coro, **keywords)
        self.note_task(task)
        return task


class VirtualLoop(OrderlyLoop):
    """BaseEventLoop on the virtual clock."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = VirtualSelector(self)

    def time(self) -> float:
        return CLOCK.now

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


class OrderedSet(collections.abc.MutableSet):
    """A set that iterates in the order of insertion."""

    def __init__(self, items: collections.abc.Iterable[Any] = ()) -> None:
        self._items = dict.fromkeys(items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> collections.abc.Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: Any) -> None:
        self._items[item] = None

    def discard(self, item: Any) -> None:
        self._items.pop(item, None)

    def update(self, items: collections.abc.Iterable[Any]) -> None:
        self._items.update(dict.fromkeys(items))

    def copy(self) -> OrderedSet:
        return OrderedSet(self._items)


class OrderedWeakSet(weakref.WeakSet):
    """A weak set that iterates in the order of insertion: the loop's open asynchronous generators."""

    def __init__(self) -> None:
        super().__init__()
        self.data = OrderedSet()


def ordered_all_tasks(original: Any) -> Any:
    """Wraps asyncio.all_tasks: the same tasks, in the order of their creation."""

    def all_tasks(loop: Any = None) -> Any:
        owner = loop if loop is not None else asyncio.get_running_loop()
        numbers = getattr(owner, "_creation", {})
        return OrderedSet(sorted(original(owner), key=lambda task: numbers.get(task, math.inf)))

    return all_tasks


class OrderedComprehensions(ast.NodeTransformer):
    """{x for ...} makes a builtin set whatever "set" is: set(x for ...) does not."""

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        items = ast.GeneratorExp(elt=node.elt, generators=node.generators)
        return ast.copy_location(ast.Call(ast.Name("set", ast.Load()), [items], []), node)


def order_comprehensions(module: Any, names: tuple[str, ...]) -> None:
    """Compiles these functions and classes of a module once more, with sets that keep the order of insertion."""
    tree = ast.parse(module.__loader__.get_source(module.__name__))
    tree.body = [node for node in tree.body if getattr(node, "name", "") in names]
    tree = ast.fix_missing_locations(OrderedComprehensions().visit(tree))
    exec(compile(tree, module.__file__, "exec"), vars(module))


def install() -> None:
    """Makes asyncio.run and asyncio.new_event_loop use the virtual loop, and sets keep their order."""
    modules: Any = asyncio
    modules.taskgroups.set = OrderedSet
    modules.tasks.set = modules.staggered.set = OrderedSet
    order_comprehensions(modules.tasks, ("as_completed", "_AsCompletedIterator"))
    modules.as_completed = modules.tasks.as_completed
    modules.tasks.all_tasks = modules.all_tasks = ordered_all_tasks(asyncio.all_tasks)
    modules.events.new_event_loop = asyncio.new_event_loop = VirtualLoop
    if sys.version_info < (3, 14):  # get_event_loop() may make one
        modules.DefaultEventLoopPolicy._loop_factory = staticmethod(lambda: modules.new_event_loop())
