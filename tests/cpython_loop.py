#!/usr/bin/env python3
"""Programs print on aiocore.EventLoop what they print on asyncio's loop, with CPython's futures and tasks and with aiocore's; and the
examples of docs/python.md run.

    cpython_loop.py [--python VERSION|PATH]...      on all CPythons at hand that have their headers unless some are named

The last line is "N passed, N failed, N skipped".
"""
from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cpython_checks import ROOT, Host, arguments_of, plain, run, run_all

FRAME = """\
import sys
import aiocore
how, debug = sys.argv[1:]
if how.startswith("replaced"):
    aiocore.replace()
if how.startswith("installed"):
    aiocore.install()
import asyncio
import logging
logging.basicConfig(format="%(message)s", level=logging.ERROR)
{program}
factory = aiocore.EventLoop if how.endswith("ours") else asyncio.SelectorEventLoop
with asyncio.Runner(loop_factory=factory, debug=debug == "debug") as runner:
    runner.run(main())
"""
HANDLES = """\
def show(handle):
    print(type(handle).__mro__[-2].__name__, handle.cancelled(), isinstance(handle, asyncio.Handle), repr(handle))
async def main():
    loop = asyncio.get_running_loop()
    soon = loop.call_soon(print, "soon", 1)
    later = loop.call_later(0.01, print, "later")
    gone = loop.call_later(5, print, "never")
    at = loop.call_at(loop.time() + 0.02, print, "at")
    show(soon); show(later); show(gone)
    gone.cancel(); gone.cancel(); show(gone)
    print(later < at, at.when() > later.when(), later == later, hash(later) == hash(later.when()), soon.get_context() is not None)
    asyncio.current_task().set_name("main")
    await asyncio.sleep(0.05)
    soon.cancel(); show(soon)
"""
# Each handle has a context of its own, with the values of when it was made, whenever somebody looks.
CONTEXTS = """\
import contextvars, gc, weakref
variable = contextvars.ContextVar("variable", default="default")
other = contextvars.ContextVar("other")
class Thing: pass
def asked(handle): return handle.get_context() is handle.get_context() is handle._context
async def main():
    loop, seen = asyncio.get_running_loop(), []
    here = contextvars.copy_context()
    makers = [lambda *what, **how: loop.call_soon(*what, **how), lambda *what, **how: loop.call_later(0.002, *what, **how)]
    makers += [lambda *what, **how: loop.call_at(loop.time() + 0.002, *what, **how), lambda *what, **how: loop.call_soon_threadsafe(*what, **how)]
    def sets(name):
        seen.append((name, variable.get(), other.get(None), dict(contextvars.copy_context()) == dict(handles[name].get_context())))
        variable.set(name)
        other.set(name)
    for make in makers:
        for value in "first", "second":
            variable.set(value)
            handles = {name: make(sets, name) for name in "abc"}
            given = contextvars.Context()
            handles["given"] = make(sets, "given", context=given)
            print(handles["given"].get_context() is given, asked(handles["a"]), handles["a"].get_context() is handles["b"].get_context())
            print(handles["b"]._context == handles["a"]._context)
            handles["b"].get_context().run(variable.set, "changed before")
            variable.set("changed after they were made")
            copied = handles["b"].get_context().copy()
            await asyncio.sleep(0.01)
            print(seen, [handles[name].get_context().get(variable) for name in handles], asked(handles["c"]), copied[variable], variable.get())
            seen.clear()
    for make in makers:
        handles = {name: make(sets, name) for name in ("kept", "other", "none", "gone", "cancelled")}
        handles["other"]._context = contextvars.Context()
        handles["other"].get_context().run(variable.set, "of the other")
        handles["none"]._context = None
        del handles["gone"]._context
        for delete in False, True:
            try:
                if delete: del handles["gone"]._context
                else: handles["gone"]._context
            except AttributeError as error: print("no context", delete, type(error))
        handles["cancelled"].cancel()
        print(variable in handles["cancelled"].get_context(), hasattr(handles["gone"], "_context"))
        handles["gone"]._context = handles["kept"].get_context()
        loop.set_exception_handler(lambda loop, said: print(said["message"].partition(" ")[0], type(said["exception"])))
        await asyncio.sleep(0.01)
        print(seen)
        seen.clear()
    # What is set in a context is kept by the handles that were made in it, and by nothing else.
    for look in False, True:
        watched = Thing()
        variable.set(watched)
        timers = [loop.call_later(1000, print) for _ in range(3)]
        watched = weakref.ref(watched)
        variable.set(None)
        while timers:
            if look: timers[-1].get_context()
            print(watched() is not None)
            timers.pop().cancel()
            for handle in loop._scheduled:
                if handle.cancelled(): handle._context = None
        print(watched() is not None)
    # A ring through a value of the context, and a long row of handles.
    for look in False, True:
        thing = Thing()
        variable.set(thing)
        thing.timer = loop.call_later(1000, print)
        variable.set(None)
        if look: thing.timer.get_context()
        loop._scheduled.clear()
        thing = weakref.ref(thing)
        gc.collect()
        print(thing() is None)
    handle = loop.call_later(1000, print)
    reference = weakref.ref(handle)
    for _ in range(200_000 if not loop.get_debug() else 2): handle = loop.call_later(1000, handle.cancel)
    loop._scheduled.clear()
    del handle
    print(reference() is None)
"""
ERRORS = """\
def bad(*args): 1 / 0
def handler(loop, context):
    print({key: re.sub(r"created at .*>|when=[0-9.]* ", "", str(value)) for key, value in sorted(context.items()) if key != "source_traceback"})
import re
async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    loop.call_soon(bad, 1)
    loop.call_later(0.01, bad, 2)
    future = loop.create_future()
    future.add_done_callback(bad)
    future.set_result(3)
    del future
    await asyncio.sleep(0.03)
    for wrong in (lambda: loop.call_soon(), lambda: loop.call_later(None, print), lambda: loop.call_at(None, print),
                  lambda: loop.call_soon(print, contxt=1), lambda: loop.call_later("1", print)):
        try:
            wrong()
        except TypeError as error:
            print("TypeError")
    print(loop)
"""
GET_DEBUG = """\
class Own(asyncio.SelectorEventLoop if how == "theirs" else aiocore.EventLoop):
    answers = ()
    def get_debug(self):
        if not self.answers:
            return False
        answer = self.answers.pop(0)
        print("asked", answer)
        return 1 / 0 if answer is None else answer
async def main():
    loop = Own()
    loop.set_debug(False)
    for schedule in (lambda: loop.call_soon(print), lambda: loop.call_later(5, print)):
        for answers in ([False, False], [True, True], [False, True], [True, False], [None], [False, None]):
            loop.answers = answers
            try:
                handle = schedule()
                print(handle._source_traceback is not None)
                handle.cancel()
                print(handle.cancelled(), handle._repr is not None)
            except ZeroDivisionError as error:
                print(error)
    loop.answers = ()
    loop.close()
"""
ORDER = """\
import contextvars
seen = []
name = contextvars.ContextVar("name", default="none")
def note(word, again=0):
    seen.append((word, name.get()))
    if again:
        asyncio.get_running_loop().call_soon(note, word, again - 1)
async def child(word):
    note(word)
    await asyncio.sleep(0)
    note(word)
async def main():
    loop = asyncio.get_running_loop()
    name.set("main")
    loop.call_soon(note, "a", 2)
    context = contextvars.copy_context()
    context.run(name.set, "other")
    loop.call_soon(note, "b", context=context)
    when = loop.time() + 0.02
    for i in range(8):
        loop.call_at(when, note, f"timer {i}")
    await asyncio.sleep(0.1)
    timers = [loop.call_later(10, note, "never") for _ in range(200)]
    for timer in timers:
        timer.cancel()
    async with asyncio.TaskGroup() as group:
        group.create_task(child("x"))
        group.create_task(child("y"))
    print(await asyncio.gather(asyncio.sleep(0.02, "slept"), asyncio.to_thread(lambda: name.get())))
    loop.call_soon_threadsafe(note, "threadsafe")
    try:
        await asyncio.wait_for(loop.create_future(), 0.01)
    except TimeoutError as error:
        print(repr(error))
    print(seen)
"""
OUTSIDE = """\
import os, signal
async def serve(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()
async def main():
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\\n")
    print(await reader.read())
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    process = await asyncio.create_subprocess_exec("echo", "hi", stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(), process.returncode)
    got = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, got.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await got.wait()
    print("signal", loop.remove_signal_handler(signal.SIGUSR1))
    here, there = os.pipe()
    future = loop.create_future()
    loop.add_reader(here, lambda: (loop.remove_reader(here), future.set_result(os.read(here, 9))))
    os.write(there, b"pipe")
    print(await future)
"""
CLOSED = """\
async def main():
    loop = asyncio.new_event_loop() if not hasattr(asyncio.get_running_loop(), "_close_core") else aiocore.EventLoop()
    loop.call_soon(print, "never")
    loop.call_later(1, print, "never")
    loop.close()
    loop.close()
    print(loop.is_closed())
    for call in (lambda: loop.call_soon(print), lambda: loop.call_later(1, print), lambda: loop.call_soon_threadsafe(print)):
        try:
            call()
        except RuntimeError as error:
            print(error)
    try:
        asyncio.get_running_loop().close()
    except RuntimeError as error:
        print(error)
    try:
        asyncio.get_running_loop().run_forever()
    except RuntimeError as error:
        print(error)
"""
MAKING = """\
import contextvars, warnings
warnings.simplefilter("ignore", RuntimeWarning)
async def child(word=""):
    print("child", word, asyncio.current_task().get_name())
    await asyncio.sleep(0)
    return word
class Named:
    def __str__(self): return "named"
def told(loop, coro, **kwargs):
    print("factory", sorted(kwargs), kwargs.get("name"))
    task = asyncio.Task(coro, loop=loop, **{key: value for key, value in kwargs.items() if key == "context"})
    return task
def failing(loop, coro, **kwargs):
    coro.close()
    raise ValueError("no task")
class Own:
    def __init__(self, coro, loop, **kwargs): self.coro = coro; print("Own", sorted(kwargs))
    def set_name(self, name): print("set_name", name)
async def tried(make):
    try:
        task = make()
        if hasattr(task, "coro"):
            return task.coro.close()
        print(task.get_name(), task.done(), "made")
        print(await task, task.get_name())
    except Exception as error:
        print(type(error).__name__, error)
async def makings(loop):
    context = contextvars.copy_context()
    for make in (loop.create_task, asyncio.create_task):
        for kwargs in ({}, {"name": "x"}, {"name": None}, {"name": Named()}, {"name": 7, "context": context}, {"context": None}, {"eager_start": True},
                       {"eager_start": False, "name": "y"}, {"eager_start": None}, {"unknown": 1}, {"name": "z", "unknown": 2}):
            coro = child(str(sorted(kwargs)))
            await tried(lambda: make(coro, **kwargs))
            coro.close()
        for wrong in (lambda: make(), lambda: make(5), lambda: make(None, name="n"), lambda: make(coro=3), lambda: make(1, 2)):
            await tried(wrong)
    await tried(lambda: asyncio.ensure_future(child("ensured")))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child("grouped"))
            group.create_task(child("grouped again"))
    except Exception as error:
        print(type(error).__name__, error)
    except BaseExceptionGroup as error:
        print(error, error.exceptions)
class Sub(asyncio.Task):
    pass
async def main():
    loop = asyncio.get_running_loop()
    print(loop.get_task_factory(), loop.create_future(), loop.create_future().get_loop() is loop, loop.is_running())
    for factory in (None, asyncio.eager_task_factory, told, failing, asyncio.create_eager_task_factory(Sub), Own if sys.version_info > (3, 14) else None):
        print("----", factory is asyncio.eager_task_factory)
        loop.set_task_factory(factory)
        print(loop.get_task_factory() is factory)
        if factory is Own:
            await tried(lambda: loop.create_task(child()))
        else:
            await makings(loop)
    loop.set_task_factory(None)
    other = asyncio.new_event_loop()
    print(other.is_running())
    other.close()
    await tried(lambda: other.create_task(child()))
    print(type(other.create_future()).__name__)
    loop.set_debug(True)
    task = loop.create_task(child("debugged"))
    print(task._source_traceback[-1].line, loop.create_future()._source_traceback[-1].line)
    loop.set_debug(False)
    await task
    loop.create_task = lambda coro, **kwargs: (coro.close(), print("patched", sorted(kwargs)), loop.create_future())[2]
    asyncio.create_task(child("patched")).set_result(1)
    asyncio.create_task(child("patched"), name="n").set_result(1)
    asyncio.ensure_future(child("patched")).set_result(1)
    del loop.create_task
    class Loop(type(loop)):
        def create_task(self, coro, **kwargs):
            print("Loop.create_task", sorted(kwargs))
            return super().create_task(coro, **kwargs)
    inner = Loop()
    def run_inner():
        print(inner.run_until_complete(child("inner")))
        async def inside():
            asyncio.create_task(child("inside"), name="in")
            await asyncio.sleep(0)
        inner.run_until_complete(inside())
        inner.close()
    await asyncio.to_thread(run_inner)
"""
TURNS = """\
import linecache, os, signal, selectors, socket, threading, time, warnings
warnings.simplefilter("ignore", RuntimeWarning)  # a signal may come between a coroutine and its await
log = []
def count(loop, left):
    log.append(left)
    if left:
        loop.call_soon(count, loop, left - 1)
def shown(title):
    print(title, log)
    log.clear()
def signals(loop):
    loop.add_signal_handler(signal.SIGUSR1, lambda: log.append("USR1"))
    loop.call_soon(count, loop, 6)
    loop.call_soon(os.kill, os.getpid(), signal.SIGUSR1)
    loop.call_later(0.02, loop.stop)
    loop.run_forever()
    loop.remove_signal_handler(signal.SIGUSR1)
    shown("signal handler")
    signal.signal(signal.SIGUSR1, lambda *args: log.append("plain"))
    loop.call_soon(os.kill, os.getpid(), signal.SIGUSR1)
    loop.call_soon(loop.stop)
    loop.run_forever()
    shown("plain signal")
    def exits(number, frame):
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        if frame.f_code.co_name == "run_forever" and "_stopping" in line:
            signal.setitimer(signal.ITIMER_REAL, 0.001)  # the jump back is outside of asyncio's try: not here, where it would not clean up
            return
        raise SystemExit("from a signal")
    signal.signal(signal.SIGALRM, exits)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        loop.run_forever()
    except SystemExit as error:
        print(error, loop.is_running(), asyncio._get_running_loop())
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    async def spin():
        while True:
            await asyncio.sleep(0)
    task = loop.create_task(spin())
    try:
        loop.run_until_complete(task)
    except SystemExit as error:
        print(error, loop.is_running())
        if not task.done():
            task._log_destroy_pending = False  # its step may be lost, with whatever the signal came into
            task.cancel()
            loop.call_soon(loop.stop)
            loop.run_forever()
    log.clear()
def pipes(loop):
    pairs = [socket.socketpair() for _ in range(100)]
    def heard(i):
        log.append(i)
        pairs[i][0].recv(9)
    for i, (left, right) in enumerate(pairs):
        left.setblocking(False)
        loop.add_reader(left, heard, i)
    def write_all():
        for left, right in pairs:
            right.send(b"x")
    loop.call_soon(count, loop, 5)
    loop.call_soon(write_all)
    loop.call_later(0, log.append, "timer")
    loop.call_later(0.03, loop.stop)
    loop.run_forever()
    print(len(log), log[:8], sorted(x for x in log if x != "timer") == sorted([*range(100), 5, 4, 3, 2, 1, 0]))
    log.clear()
    loop.add_reader(pairs[0][0], lambda: (log.append("read"), pairs[0][0].recv(9), loop.remove_reader(pairs[0][0])))
    loop.add_writer(pairs[0][0], lambda: (log.append("write"), loop.remove_writer(pairs[0][0])))
    pairs[0][1].send(b"x")
    loop.call_later(0.02, loop.stop)
    loop.run_forever()
    shown("both")
    for left, right in pairs:
        loop.remove_reader(left)
        left.close(), right.close()
def by_hand(loop):
    loop.call_soon(count, loop, 3)
    for _ in range(3):
        loop._run_once()
        log.append("once")
    shown("by hand")
    loop.call_soon(loop.stop)
    loop.run_forever()
    log.clear()
    class Gui(type(loop)):
        def run_forever(self):
            for _ in range(3):
                self._run_once()
                log.append("gui")
    gui = Gui()
    gui.call_soon(count, gui, 2)
    gui.run_forever()
    gui.close()
    shown("gui")
    class Once(type(loop)):
        def _run_once(self):
            log.append("turn")
            super()._run_once()
        def _process_events(self, events):
            log.append(len(events))
            super()._process_events(events)
    once = Once()
    once.call_soon(count, once, 1)
    once.call_soon_threadsafe(once.call_soon, once.call_soon, once.stop)
    once.run_forever()
    once.close()
    shown("once")
    other = type(loop)(selectors.SelectSelector())
    other.call_soon(count, other, 2)
    other.call_later(0.01, other.stop)
    other.run_forever()
    other.close()
    shown("other selector")
def interval(loop):
    loop.poll_interval = 0.01
    left, right = socket.socketpair()
    spinning = True
    def heard():
        nonlocal spinning
        spinning = False
        print("heard", left.recv(9), loop.poll_interval)
        loop.stop()
    def spin():
        if spinning:
            loop.call_soon(spin)
    loop.add_reader(left, heard)
    loop.call_soon(right.send, b"spun")
    spin()
    loop.run_forever()
    loop.call_later(0.01, right.send, b"waited")
    loop.run_forever()
    loop.remove_reader(left)
    left.close(), right.close()
    loop.poll_interval = 0
def times(loop):
    real = loop.time
    loop.call_later(1000, count, loop, 1)
    loop.time = lambda: real() + 1001
    loop.call_later(0.01, loop.stop)
    loop.run_forever()
    del loop.time
    shown("time")
def stops(loop):
    loop.stop()
    loop.call_soon(count, loop, 3)
    loop.run_forever()
    shown("stopped before")
    loop.call_soon(loop.stop)
    loop.call_soon(loop.stop)
    loop.call_later(0, log.append, "timer")
    loop.run_forever()
    shown("stopped")
    def raises():
        raise KeyboardInterrupt("left")
    loop.call_soon(raises)
    loop.call_soon(log.append, "after")
    try:
        loop.run_forever()
    except KeyboardInterrupt as error:
        print(repr(error), loop._stopping, sys.get_asyncgen_hooks().firstiter)
    loop.call_soon(loop.stop)
    loop.run_forever()
    shown("left")
    async def generator():
        try:
            yield 1
        finally:
            log.append("closed")
    async def abandons():
        async for x in generator():
            break
        await asyncio.sleep(0.01)
    loop.run_until_complete(abandons())
    shown("generator")
    threading.Timer(0.02, loop.call_soon_threadsafe, (log.append, "thread")).start()
    threading.Timer(0.04, loop.call_soon_threadsafe, (loop.stop,)).start()
    loop.run_forever()
    shown("threads")
    async def executes():
        for i in range(3):
            log.append(await loop.run_in_executor(None, lambda: i))
        await loop.shutdown_default_executor()
    loop.run_until_complete(executes())
    shown("executor")
async def main():
    pass
def outside(factory):
    loop = factory()
    asyncio.set_event_loop(loop)
    for part in (signals, pipes, by_hand, interval, times, stops):
        print("----", part.__name__)
        part(loop)
    loop.close()
outside(aiocore.EventLoop if how.endswith("ours") else asyncio.SelectorEventLoop)
"""
# Which children a group is going to be told of: of those that nobody looks at aiocore keeps no more than their number.
TOLD = """\
async def leaf(): pass
def told(loop):
    return [handle._args[0].get_name() for handle in loop._ready if "_on_task_done" in repr(handle._callback)]
async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    async with asyncio.TaskGroup() as group, asyncio.TaskGroup() as other:
        for _ in range(3):
            group.create_task(leaf())
        print(told(loop), len(loop._ready))
        for number in range(3):
            group.create_task(leaf())
            group.create_task(leaf(), name=f"named {number}")
            other.create_task(leaf())
            other.create_task(leaf())
            loop.call_soon(lambda: print(told(loop), group, other))
        print(told(loop), told(loop) == told(loop))
        tasks = [group.create_task(leaf()) for _ in range(6)]
        group.create_task(leaf())
        del tasks[1], tasks[3]
        print(told(loop), [task in [handle._args[0] for handle in loop._ready if handle._args] for task in tasks])
        while tasks:
            tasks.pop()
        print(told(loop))
        async def nests(depth):
            if depth:
                group.create_task(nests(depth - 1))
                group.create_task(nests(depth - 1))
        group.create_task(nests(3))
        print(told(loop))
    print(group, other, told(loop))
"""
PROGRAMS = {
    "told": TOLD, "turns": TURNS, "handles": HANDLES, "contexts": CONTEXTS, "making": MAKING, "errors": ERRORS, "get_debug": GET_DEBUG, "order": ORDER, "outside": OUTSIDE,
    "closed": CLOSED,
}  # fmt: skip


def same(host: Host, place: Path) -> Iterator[tuple[str, str | None]]:
    for name, program in PROGRAMS.items():
        (place / f"{name}.py").write_text(FRAME.format(program=program), encoding="utf-8")
        for debug in ("plain", "debug"):
            theirs = run(host, place, [f"{name}.py", "theirs", debug])
            for how in ("ours", "replaced ours", "installed ours"):
                ours = run(host, place, [f"{name}.py", how, debug])
                differs = [plain(part) for part in map(str, theirs)] != [plain(part) for part in map(str, ours)]
                told = "\n".join(difflib.unified_diff(plain(theirs[1] + theirs[2]).splitlines(), plain(ours[1] + ours[2]).splitlines(), lineterm=""))
                yield f"{name}, {how}, {debug}", (told or f"{theirs}\n{ours}") if differs or theirs[0] != 0 else None


def examples(host: Host, place: Path) -> Iterator[tuple[str, str | None]]:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    found = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    yield "docs/python.md has examples", None if found else "none was found"
    for number, example in enumerate(found, 1):
        (place / "example.py").write_text(example, encoding="utf-8")
        status, out, error = run(host, place, ["example.py"])
        yield f"docs/python.md, example {number}", None if (status, error) == (0, "") else f"{status}\n{out}{error}"


def main(arguments: list[str]) -> int:
    options = arguments_of("Tests aiocore.EventLoop beside asyncio's.").parse_args(arguments)
    return run_all(options.python, lambda host, place: [*same(host, place), *examples(host, place)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
