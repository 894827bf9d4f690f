"""Writes a random program: generate(seed) is the same text on every Python, for the same weights and the same available.

    generate.py SEED                            prints program SEED, of what every CPython since 3.12 has

A program has a few random coroutine functions, a main that spawns them all, pokes around, waits and looks at what became of
everything, and one or more runs of main.
"""
from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from programs import prelude, vocabulary_awaitables, vocabulary_combine, vocabulary_flow, vocabulary_futures, vocabulary_tasks
from programs import vocabulary_graph, vocabulary_sync, vocabulary_threads, writer
from programs.features import FEATURES, OLDEST, Feature, available_in, option
from programs.maker import LOOP, Maker, Scope
from workers import Program

__all__ = ["FEATURES", "Feature", "Generated", "available_in", "generate"]
VOCABULARY = (vocabulary_awaitables, vocabulary_combine, vocabulary_flow, vocabulary_futures, vocabulary_graph, vocabulary_sync,
              vocabulary_tasks, vocabulary_threads)  # fmt: skip
SIZE = 45  # statements, about
MOST = 250  # notes before a program stops itself

# What main may do at its beginning: nothing that waits.
POKES = ("task.cancel", "future.finish", "loop.call_later", "loop.call_soon", "future.done_callback", "event.set", "context.set")

# How main helps on those who wait for a thing.
HELP = {
    "events": ("events[n % 2].set()",),
    "barriers": ("if n > 4:", "    await barriers[n % 2].reset()"),
    "queues": ("try:", "    if n % 2 and not queues[0].empty():", "        note(0, queues[0].get_nowait())",
               "    elif not queues[n % 2].full():", "        queues[n % 2].put_nowait(n)",
               "except Exception as error:", "    note(0, show(error))"),  # it was shut down
    "sources": ("for source in list(sources):", "    if n % 2 and not source.done():", "        source.set_result(n)"),
}  # fmt: skip

option("run.eager_factory", 0.25)
option("run.eager_constructor", 0.07)
option("run.factory", 0.1)
option("run.exception_handler", 0.35)
option("run.twice", 0.1)
option("run.runner", 0.15)
option("run.runner_context", 0.3)
option("run.debug", 0.05)
option("run.own_loop", 0.07)
option("run.main_gives_up", 0.08)


@dataclass(frozen=True)
class Generated:
    """A program, and what is in it."""

    program: Program
    features: Counter[str]  # how often each was written
    uses: list[str]
    proof: list[tuple[int, ...]]

    def executed(self, stdout: str) -> Counter[str]:
        """How many of the written uses of each feature have surely run, by what the program printed."""
        return writer.executed(stdout, self.uses, self.proof)

    def alive(self, stdout: str) -> float:
        """The part of all uses that has surely run."""
        return self.executed(stdout).total() / max(1, len(self.uses))


def function(m: Maker, index: int) -> None:
    m.room = m.size // m.functions
    m.scope = Scope(index=index)
    with m.writer.function(f"async def f{index}(n):"):
        m.put(f"note({m.mark()})")
        while m.room > 0:
            m.statement()
        m.put(f"return {m.mark()}")
    m.put("", "")


def factories(m: Maker) -> None:
    """What the loop is told before anything runs."""
    if m.wants("run.eager_factory"):
        m.put(f"{LOOP}.set_task_factory(asyncio.eager_task_factory)")
    elif m.wants("run.eager_constructor"):
        m.put(f"{LOOP}.set_task_factory(asyncio.create_eager_task_factory({m.helper('OwnTask')}))")
    elif m.wants("run.factory"):
        m.put(f"{LOOP}.set_task_factory({m.helper('factory')})")
    if m.wants("run.exception_handler"):
        m.put(f"{LOOP}.set_exception_handler({m.helper('handler')})")


def poke(m: Maker) -> None:
    """Main spawns all functions, and does a few things meanwhile."""
    for index in range(m.functions):
        m.put(f"{m.helper('keep')}(asyncio.create_task(f{index}({m.dice.number(0, 3)})), {index})")
        if m.chance(0.35):
            m.put(f"await asyncio.sleep({m.dice.pick(('0', '0', '0.5'))})")
    m.scope = Scope(index=-1, depth=9, leave=False)
    for feature in [FEATURES[name] for name in POKES if m.chances[name] and m.chance(0.3)]:
        m.writer.use(feature.name)
        if feature.write is not None:
            feature.write(m)


def patience(m: Maker) -> None:
    """Main waits in rounds and helps on who is stuck; who cancels it does not end the program, mostly."""
    helped = m.dice.number(6, 10)
    with m.writer.block(f"for n in range({helped + 10}):"):
        m.put("if all([each.done() for each in tasks[1:]]):", "    break")
        with m.writer.block("try:"):
            m.put(f"await asyncio.sleep({m.dice.pick(('1', '1', '0.5'))})")
        with m.writer.block("except asyncio.CancelledError as error:"):
            m.put(f"note({m.mark()}, show(error))", *(("raise",) if m.wants("run.main_gives_up") else ()))
        m.put("if not futures[n % len(futures)].done():", "    futures[n % len(futures)].set_result(n)")
        m.put(*[line for name in prelude.LISTS if name in m.helpers for line in HELP.get(name, ())])
        m.put(f"if n >= {helped}:", "    for each in tasks[1:]:", f"        each.cancel({m.message()})")


def main(m: Maker) -> list[str]:
    """The lines of main.  They come last, but what they fill the lists with is known only when all is written."""
    with m.writer.function("async def main(number):"):
        start = len(m.writer.lines)
        factories(m)
        with m.writer.block("try:"):
            with m.writer.block("try:"):
                poke(m)
            with m.writer.block("except asyncio.CancelledError as error:"):
                m.put(f"note({m.mark()}, show(error))")
            patience(m)
        with m.writer.block("finally:"):
            m.put(f"note({m.mark()}, [state(each) for each in tasks[1:]], [state(each) for each in futures])")
            if m.chance(0.7):
                end = m.dice.pick(("cancel()", "set_result(0)"))
                m.put("for future in list(futures):", "    if not future.done():", f"        future.{end}")
        m.put(f"return {m.mark()}")
    lines = ["tasks[:] = [asyncio.current_task()]", "ranks[:] = [-1]"]
    lines.append(f"futures[:] = [{LOOP}.create_future() for _ in range({m.futures})]")
    filled = vocabulary_sync.made(m)
    lines += [f"{name}[:] = {filled[name]}" for name in prelude.LISTS if name in m.helpers and name in filled]
    used = ["tasks", "futures", "handles", *[name for name in prelude.LISTS if name in m.helpers]]
    lines.insert(0, f"kept.extend([{', '.join(f'list({name})' for name in used)}])  # or a task in a cycle may be freed")
    m.writer.lines[start:start] = ["    " + line for line in lines]
    return m.writer.lines


def runs(m: Maker) -> list[str]:
    """How main is run: once or more."""
    if m.wants("run.runner"):
        debug = "debug=True" if m.wants("run.debug") else ""
        lines = [f"with asyncio.Runner({debug}) as runner:"]
        for number in range(m.dice.number(1, 3)):
            context = ", context=contextvars.copy_context()" if m.wants("run.runner_context") else ""
            lines.append(f"    note({m.mark()}, runner.run(main({number}){context}))")
        return lines
    if m.wants("run.own_loop"):
        return ["loop = asyncio.new_event_loop()", f"note({m.mark()}, loop.run_until_complete(main(0)))",
                "loop.run_until_complete(loop.shutdown_asyncgens())",
                "left = asyncio.all_tasks(loop)  # or one that only the loop holds may be freed", "loop.close()"]  # fmt: skip
    return [f"note({m.mark()}, asyncio.run(main({number})))" for number in range(2 if m.wants("run.twice") else 1)]


def requires(m: Maker) -> str:
    """The comment that keeps the program from older CPythons."""
    newest = max([FEATURES[name].since for name in m.used], default=OLDEST)
    return "" if newest == OLDEST else f"# requires: {newest[0]}.{newest[1]}\n"


def imports(m: Maker) -> str:
    """The modules that not every program needs."""
    concurrent = "import concurrent.futures\n" if m.helpers & {"source", "sources"} else ""
    return concurrent + ("import signal\n" if "signal" in m.helpers else "")


def generate(
    seed: int,
    weights: Mapping[str, float] | None = None,
    available: Collection[str] | None = None,
    size: int = SIZE,
) -> Generated:
    """Program number seed.  A feature's weight multiplies its chance; available is what asyncio has there (available_in)."""
    m = Maker(seed, weights or {}, None if available is None else frozenset(available), size)
    for index in range(m.functions):
        function(m, index)
    body = main(m)
    ending = runs(m)
    pause = m.dice.pick(("await asyncio.sleep(0)", "await asyncio.sleep(1)", "note(0)"))
    cleanup = m.dice.pick(("note(0)", "note(0)", "await asyncio.sleep(0)", "await asyncio.sleep(1)"))
    kind = m.dice.pick(("asyncio.Task", m.helper("OwnTask"))) if "factory" in m.helpers else ""
    lists = [f"{name} = []\n" for name in prelude.LISTS if name in m.helpers]
    text = prelude.HEAD.format(seed=seed, most=MOST, requires=requires(m), imports=imports(m))
    text = text.replace("kept = []\n", "kept = []\n" + "".join(lists), 1)
    text = "\n".join([text, *prelude.helpers(m.helpers, pause, cleanup, kind), "", *body, "", "", "try:"])
    text += "\n" + "\n".join("    " + line for line in ending) + "\nfinally:\n    ended = True\n"
    if "eager" in text:  # an eager start in a context that is entered leaves CPythons before gh-157301 broken
        text = text.replace("context=contexts[0]", "context=contextvars.copy_context()")
        text = text.replace("contexts[0].run(lambda: ", "contextvars.copy_context().run(lambda: ")
    return Generated(Program(f"random_{seed}.py", text), m.writer.features, m.writer.uses, m.writer.proof)


if __name__ == "__main__":
    print(generate(int(sys.argv[1])).program.source, end="")
