#!/usr/bin/env python3
"""Programs do with aiocore what they do without where a process forks, has many threads and loops, ends in the midst of everything,
or has other interpreters: they print the same, complain of the same, and end with the same status.

    cpython_robustness.py [--python VERSION|PATH]... [--flavour NAME] [NAME...]      on all CPythons at hand that have their headers unless some are named

The last line is "N passed, N failed, N skipped".
"""
from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cpython_checks import Host, Skipped, arguments_of, run, run_all

import cpython_host

FRAME = """\
import sys
import aiocore
how = sys.argv[1]
if how == "replace":
    aiocore.replace()
if how == "install":
    aiocore.install()
import asyncio
{program}
"""

# ---- Forks ----

FORK = """\
import os, warnings
warnings.simplefilter("ignore", DeprecationWarning)
def ask(word):
    for question in (asyncio.get_running_loop, asyncio.current_task):
        try:
            print(word, question() is not None, flush=True)
        except RuntimeError as error:
            print(word, error, flush=True)
def child_of(function):
    sys.stdout.flush()
    child = os.fork()
    if child:
        print("status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        return True
    try:
        function()
    except BaseException as error:
        print("child", type(error).__name__, error, flush=True)
        os._exit(4)
    sys.stdout.flush()
    os._exit(5)
"""
FORK_NEW_LOOP = FORK + """\
async def inner():
    await asyncio.sleep(0.01)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.001, i)) for i in range(3)]
    return [task.result() for task in tasks]
def child():
    ask("child")
    print(asyncio.run(inner()))
    ask("child later")
async def main():
    task = asyncio.create_task(asyncio.sleep(0.05, "other"))
    await asyncio.sleep(0)
    child_of(child)
    ask("parent")
    asyncio.get_running_loop().call_soon(child_of, child)
    await asyncio.sleep(0.02)
    return await task
print(asyncio.run(main()))
"""
FORK_GOES_ON = FORK + """\
async def main():
    if os.fork() == 0:
        ask("child")
        return "in the child"
    status = os.waitstatus_to_exitcode(os.wait()[1])
    ask("parent")
    return f"in the parent {status}"
print(asyncio.run(main()), flush=True)
"""
FORK_IN_THREAD = FORK + """\
async def inner():
    return await asyncio.to_thread(str, "from a thread")
async def main():
    await asyncio.to_thread(child_of, lambda: print(asyncio.run(inner())))
    ask("parent")
asyncio.run(main())
child_of(lambda: print(asyncio.run(inner())))
"""
PROCESSES = """\
import concurrent.futures, multiprocessing
async def double(number):
    await asyncio.sleep(0)
    return 2 * number
def work(number):
    return asyncio.run(double(number))
async def main():
    loop = asyncio.get_running_loop()
    for method in ("fork", "forkserver", "spawn"):
        with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context(method)) as pool:
            print(method, await asyncio.gather(*(loop.run_in_executor(pool, work, i) for i in range(4))))
if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore", DeprecationWarning)
    multiprocessing.set_executable(sys.argv[2])
    asyncio.run(main())
"""

# ---- Threads ----

LOOPS_IN_THREADS = """\
import threading, contextvars
name = contextvars.ContextVar("name", default="none")
loops, results, ready = {}, {}, threading.Barrier(4)
async def answer(number):
    await asyncio.sleep(0.001)
    return number, asyncio.get_running_loop() is loops[number], asyncio.current_task().get_name() != "", len(asyncio.all_tasks())
async def main(number):
    loop = loops[number] = asyncio.get_running_loop()
    name.set(number)
    await asyncio.to_thread(ready.wait)
    for turn in range(50):
        other = loops[(number + turn) % 4]
        if other is loop:
            await asyncio.sleep(0)
            continue
        future = asyncio.run_coroutine_threadsafe(answer((number + turn) % 4), other)
        what = await asyncio.wrap_future(future)
        assert what[:3] == ((number + turn) % 4, True, True), what
        assert asyncio.get_running_loop() is loop and name.get() == number
    got = asyncio.Event()
    loops[(number + 1) % 4].call_soon_threadsafe(events[(number + 1) % 4].set)
    await asyncio.wait_for(events[number].wait(), 20)
    await asyncio.to_thread(ready.wait)
    return number, len(asyncio.all_tasks()) == 1
events = [asyncio.Event() for _ in range(4)]
def thread(number):
    results[number] = asyncio.run(main(number))
threads = [threading.Thread(target=thread, args=(i,)) for i in range(4)]
for one in threads: one.start()
for one in threads: one.join()
print(sorted(results.items()))
"""
WRONG_LOOP = """\
import threading
async def lock_it(lock):
    async with lock:
        await asyncio.sleep(0.01)
async def wait_on(future):
    return await future
lock = asyncio.Lock()
async def first():
    await asyncio.gather(lock_it(lock), lock_it(lock))
    return asyncio.get_running_loop().create_future()
async def second(future):
    for awaitable in (wait_on(future), asyncio.gather(lock_it(lock), lock_it(lock), return_exceptions=True), asyncio.wait_for(future, 0.01), asyncio.shield(future)):
        try:
            print(await awaitable)
        except Exception as error:
            print(type(error).__name__, str(error).split(" of ")[0].split("<")[0])
future = asyncio.run(first())
asyncio.run(second(future))
try:
    asyncio.run(asyncio.sleep(0), debug=None) or asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
async def nested():
    for call in (lambda: asyncio.run(asyncio.sleep(0)), lambda: asyncio.new_event_loop().run_forever(), asyncio.get_running_loop().close):
        try:
            call()
        except RuntimeError as error:
            print(error)
import warnings
warnings.simplefilter("ignore")
asyncio.run(nested())
"""

# ---- The end ----

PENDING_AT_EXIT = """\
async def forever():
    try:
        await asyncio.Event().wait()
    finally:
        print("finally", flush=True)
async def main():
    global task
    task = asyncio.create_task(forever(), name="forever")
    await asyncio.sleep(0)
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.call_later(1, print, "never")
loop.call_soon(print, "never")
future = loop.create_future()
print("end", flush=True)
"""
CLOSED_WITH_TASKS = """\
async def forever():
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        print("finally", flush=True)
async def main():
    return [asyncio.create_task(forever(), name=f"task {i}") for i in range(3)], await asyncio.sleep(0)
loop = asyncio.new_event_loop()
tasks = loop.run_until_complete(main())[0]
tasks[0].cancel()
loop.close()
print("closed", flush=True)
try:
    tasks[1].cancel()
except RuntimeError as error:
    print(error, flush=True)
tasks.append(tasks)
del tasks
import gc
gc.collect()
print("end", flush=True)
"""
EXIT_IN_A_TASK = """\
async def child():
    await asyncio.sleep(0.001)
    sys.exit(7)
async def main():
    global task
    task = asyncio.create_task(child(), name="child")
    try:
        await asyncio.sleep(10)
    finally:
        print("main is left", flush=True)
try:
    asyncio.run(main())
finally:
    print(repr(task.exception()), flush=True)
"""
EXIT_IN_A_CALLBACK = """\
async def main():
    asyncio.get_running_loop().call_later(0.001, sys.exit, 3)
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(10))
asyncio.run(main())
"""
INTERRUPTED = """\
import os, signal
async def main():
    asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGINT)
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("cancelled", flush=True)
        raise
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
signal.signal(signal.SIGINT, signal.default_int_handler)
loop = asyncio.new_event_loop()
loop.call_soon(os.kill, os.getpid(), signal.SIGINT)
loop.call_soon(print, "once more")
try:
    loop.run_forever()
except KeyboardInterrupt:
    print("interrupted by hand", flush=True)
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
"""
LOOP_AT_EXIT = """\
import atexit, threading
async def late(word):
    await asyncio.sleep(0.001)
    print(word, flush=True)
atexit.register(lambda: asyncio.run(late("at exit")))
class Last:
    def __del__(self):
        try:
            asyncio.new_event_loop
            print("deleted", flush=True)
        except BaseException:
            pass
kept = Last()
def thread():
    threading.main_thread().join()
    asyncio.run(late("in a thread that outlives the main one"))
threading.Thread(target=thread).start()
asyncio.run(late("first"))
"""
DAEMONS_AT_EXIT = """\
import threading, time
loop = asyncio.new_event_loop()
def call():
    while True:
        try:
            loop.call_soon_threadsafe(int)
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0.0001), loop)
        except RuntimeError:
            return
def run_loop():
    try:
        asyncio.run(asyncio.sleep(60))
    except RuntimeError:
        pass
threads = [threading.Thread(target=target, daemon=True) for target in (call, loop.run_forever, run_loop, call)]
for thread in threads: thread.start()
time.sleep(0.1)
print("end", flush=True)
sys.stderr = None
"""
GENERATORS_AT_EXIT = """\
async def numbers(word):
    try:
        for number in range(10):
            yield number
            await asyncio.sleep(0)
    finally:
        await asyncio.sleep(0)
        print("closed", word, flush=True)
async def main():
    global kept
    kept = numbers("kept")
    async for number in kept:
        break
    async for number in numbers("dropped"):
        break
    for _ in range(10):
        await asyncio.sleep(0)
    print("main ends", flush=True)
asyncio.run(main())
"""
UNCLOSED = """\
import gc, warnings
warnings.simplefilter("always")
loop = asyncio.new_event_loop()
loop.run_until_complete(asyncio.sleep(0))
del loop
gc.collect()
async def never(): pass
loop = asyncio.new_event_loop()
loop.create_task(never(), name="never run")
loop.call_soon(print, "never")
del loop
gc.collect()
print("end", flush=True)
"""

# ---- Other interpreters ----

OTHER_INTERPRETERS = """\
import os
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
async def main():
    await asyncio.sleep(0)
    return "main"
print(asyncio.run(main()), flush=True)
INNER = '''
import asyncio, sys
assert "aiocore" not in sys.modules
async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0.001))
    return "inner", type(asyncio.get_running_loop()).__name__
print(asyncio.run(main()), flush=True)
'''
for turn in range(2):
    interpreter = interpreters.create()
    interpreters.run_string(interpreter, INNER)
    interpreters.destroy(interpreter)
print(asyncio.run(main()), flush=True)
"""

# ---- Tasks that are not ours ----

PYTHON_TASKS = """\
from asyncio import tasks, futures
tasks.Task = asyncio.Task = tasks._PyTask
tasks.current_task = asyncio.current_task = tasks._py_current_task
tasks._enter_task, tasks._leave_task = tasks._py_enter_task, tasks._py_leave_task
tasks._register_task, tasks._unregister_task = tasks._py_register_task, tasks._py_unregister_task
async def child(number):
    await asyncio.sleep(0.001 * number)
    return number
async def main():
    print(type(asyncio.current_task()).__name__)
    async with asyncio.TaskGroup() as group:
        made = [group.create_task(child(i)) for i in range(3)]
    print([task.result() for task in made])
    print(await asyncio.gather(child(2), child(1)))
    print(await asyncio.wait_for(child(1), 1))
    try:
        await asyncio.wait_for(asyncio.sleep(1), 0.01)
    except TimeoutError as error:
        print(repr(error))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(1)
    except TimeoutError as error:
        print(repr(error))
    lock, queue = asyncio.Lock(), asyncio.Queue(1)
    async def put():
        for i in range(3):
            async with lock:
                await queue.put(i)
    putting = asyncio.ensure_future(put())
    print([await queue.get() for _ in range(3)], await putting)
    print(sorted([await one for one in asyncio.as_completed([child(1), child(2)])]))
    done, pending = await asyncio.wait([asyncio.ensure_future(child(1)), asyncio.ensure_future(child(50))], timeout=0.02)
    print(len(done), len(pending))
    for task in pending: task.cancel()
asyncio.run(main())
"""
BY_HAND = """\
def steps(coroutine, count=10):
    try:
        for _ in range(count):
            print(type(coroutine.send(None)).__name__)
        coroutine.close()
    except BaseException as error:
        print(type(error).__name__, error)
steps(asyncio.sleep(0, "slept"))
steps(asyncio.sleep(1))
async def main():
    steps(asyncio.Lock().acquire(), 1)
    steps(asyncio.Event().wait(), 1)
    loop = asyncio.get_running_loop()
    loop.call_soon(steps, asyncio.sleep(0.001), 1)
    loop.call_soon(steps, asyncio.Queue().get(), 1)
    loop.call_soon(steps, asyncio.wait_for(loop.create_future(), 1), 1)
    await asyncio.sleep(0.01)
asyncio.run(main())
"""

WAITING = """\
async def sleeps(): await asyncio.sleep(0.02, "slept")
async def waits(awaitable): return await awaitable
async def show(word, coroutine):
    task = asyncio.create_task(coroutine, name=word)
    await asyncio.sleep(0)
    waiter = task._fut_waiter
    print(task, repr(waiter), waiter.done(), isinstance(waiter, asyncio.Future), waiter.get_loop() is asyncio.get_running_loop())
    return task
async def main():
    task = await show("a", sleeps())
    task.cancel()
    print(task, task._fut_waiter.cancelled())
    try: await task
    except asyncio.CancelledError: print(task)
    task = await show("b", sleeps())
    print(task._fut_waiter.cancel("because"), task._fut_waiter, task, task._fut_waiter.cancel())
    try: await task
    except asyncio.CancelledError as error: print(task, error.args)
    task = await show("c", sleeps())
    await asyncio.sleep(0.02)
    print(task)
    lock = asyncio.Lock()
    await lock.acquire()
    for word, awaitable in ("lock", lock.acquire()), ("event", asyncio.Event().wait()), ("queue", asyncio.Queue().get()):
        task = await show(word, waits(awaitable))
        task.cancel()
        await asyncio.wait([task])
        print(task)
asyncio.run(main())
"""

# What only refers to itself is garbage with aiocore when it is with asyncio: also what a loop has kept from the collector meanwhile
# (aside.c).
GARBAGE = """\
import contextvars, gc, weakref
gc.disable()
class Thing: pass
variable = contextvars.ContextVar("variable")
def thing(watched):
    made = Thing()
    watched.append(weakref.ref(made))
    return made
def alive(word, watched):
    gc.collect()
    print(word, [ref() is not None for ref in watched], len(watched))
    watched.clear()
async def ends(held): return held
async def fails(held): raise ValueError(held)
async def waits(held): await held.future
def make(loop, watched, coroutine_function):
    held = thing(watched)
    held.future = loop.create_future()
    variable.set(held)
    held.coroutine = coroutine_function(held)
    held.task = loop.create_task(held.coroutine)
    held.context = held.task.get_context()
    held.task._log_destroy_pending = False
    watched += map(weakref.ref, (held.coroutine, held.task))
    return held
def make_timer(loop, watched, cancelled=False, replaced=False):
    held = thing(watched)
    variable.set(held)
    held.timer = loop.call_later(0.02 if cancelled != "never" else 1000, print, "timer")
    watched.append(weakref.ref(held.timer))
    if replaced: held.timer._context = contextvars.Context()
    if cancelled is True: held.timer.cancel()
async def main():
    loop, watched = asyncio.get_running_loop(), []
    context = contextvars.Context()
    for function in ends, fails, waits:
        context.run(make, loop, watched, function)
        alive(f"{function.__name__} before", watched)
        again = []
        context.run(make, loop, again, function)
        await asyncio.sleep(0.01)
        context.run(variable.set, None)
        alive(f"{function.__name__} after", again)
    held = context.run(make, loop, watched, ends)
    held.task.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del held
    context.run(variable.set, None)
    alive("cancelled before its start", watched)
    context.run(make, loop, watched, ends)
    loop._ready.clear()
    context.run(variable.set, None)
    alive("dropped while the loop runs", watched)
    one = ends(None)
    tasks = [loop.create_task(one), loop.create_task(one)]
    print([type(error).__name__ for error in await asyncio.gather(*tasks, return_exceptions=True)])
    for how in {}, {"cancelled": True}, {"replaced": True}:
        context.run(make_timer, loop, watched, **how)
        context.run(variable.set, None)
        gc.collect()
        await asyncio.sleep(0.03)
        alive(f"timer {how}", watched)
    context.run(make_timer, loop, watched, cancelled="never")
    context.run(make, loop, watched, ends)
    return context, watched
def run():
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda loop, context: None)
        context, watched = runner.run(main())
        context.run(variable.set, None)
        alive("still in the loop", watched[:])
        for _ in range(2): runner.run(asyncio.sleep(0))
        async def leave(): make(loop, watched, ends)
        context.run(runner.run, leave())
        loop._ready.clear()
        loop._scheduled.clear()
        alive("dropped by the loop", watched)
def lose(start):
    loop, watched = asyncio.new_event_loop(), []
    async def leave(): start(loop, watched)
    task = loop.create_task(leave())
    task.add_done_callback(lambda task: loop.stop())
    contextvars.Context().run(loop.run_forever)
    watched.append(weakref.ref(loop))
    return watched
run()
for start in make_timer, lambda loop, watched: make(loop, watched, ends):
    alive("lost with its loop", lose(start))
"""
# What programs begin with that watch which of their things the collector leaves alive.
WATCHING = """\
import contextvars, gc, sys, weakref
gc.disable()
class Thing: pass
variable = contextvars.ContextVar("variable")
def alive(word, watched):
    gc.collect()
    print(word, [ref() is not None for ref in watched], len(watched))
    watched.clear()
"""
# The same of tasks that sleep, whatever is done to them, or to what they are suspended in, meanwhile.
ASLEEP = WATCHING + """\
def thing(watched):
    made = Thing()
    watched.append(weakref.ref(made))
    return made
async def inmost(held, seconds):
    held.local = [held]
    return await asyncio.sleep(seconds, held)
async def inner(held, seconds, depth=6):
    return await (inner(held, seconds, depth - 1) if depth else inmost(held, seconds))
async def sleeps(held): await inner(held, held.seconds)
async def catches(held):
    try: await inner(held, held.seconds)
    except ValueError as error: print("caught", error)
    await inner(held, 0.01)
async def again(held):
    for _ in range(3): await asyncio.sleep(0.001, held)
async def times_out(held):
    try:
        async with asyncio.timeout(0.01): await inner(held, 1000)
    except TimeoutError as error: held.error = error
async def generates(held):
    async def generator():
        yield await inner(held, 0.01)
    async for _ in generator(): pass
class Awaitable:
    def __init__(self, held): self.held = held
    def __await__(self): return (yield from inner(self.held, 0.01).__await__())
async def awaits(held): await Awaitable(held)
def make(watched, function, seconds=0.01, start=None):
    loop = asyncio.get_running_loop()
    held = thing(watched)
    held.seconds = seconds
    variable.set(held)
    held.coroutine = function(held)
    held.task = start(held.coroutine) if start else loop.create_task(held.coroutine)
    held.context = held.task.get_context()
    held.task._log_destroy_pending = False
    watched += map(weakref.ref, (held.coroutine, held.task))
    return held
def innermost(coroutine):
    while (awaited := getattr(coroutine, "cr_await", None)) is not None: coroutine = awaited
    return coroutine
async def step(coroutine):
    try: coroutine.send(None)
    except BaseException as error: print(type(error).__name__, error)
async def main():
    loop, watched = asyncio.get_running_loop(), []
    context = contextvars.Context()
    eagerly = (lambda coroutine: asyncio.Task(coroutine, loop=loop, eager_start=True)) if sys.version_info >= (3, 12) else None
    async def made(*arguments):
        held = context.run(make, watched, *arguments)
        for _ in range(3): await asyncio.sleep(0)
        context.run(variable.set, None)
        return held
    async def over(word):
        await asyncio.sleep(0.06)
        alive(word, watched)
    for start in None, eagerly:
        for function in sleeps, again, times_out, generates, awaits, catches:
            await made(function, 0.01, start)
            alive(f"{function.__name__} asleep", watched[:])
            await over(f"{function.__name__} after")
    (await made(sleeps, 1000)).task.cancel("because")
    await over("cancelled")
    (await made(sleeps, 1000)).coroutine.close()
    await over("closed")
    try: (await made(sleeps, 1000)).coroutine.throw(ValueError("thrown"))
    except ValueError as error: print(error)
    await over("thrown into")
    (await made(catches, 1000)).coroutine.throw(ValueError("thrown"))
    await over("caught")
    innermost((await made(sleeps, 1000)).coroutine).close()
    await over("closed within")
    await step((await made(sleeps, 0.01)).coroutine)
    await over("stepped")
    held = await made(sleeps, 0.01)
    other = loop.create_task(held.coroutine)
    await asyncio.sleep(0)
    del held
    print(await asyncio.gather(other, return_exceptions=True))
    del other
    await over("two tasks of one coroutine")
    held = await made(sleeps, 0.01)
    print(held.task._fut_waiter.cancel("waiter"))
    del held
    await over("its future cancelled")
    held = await made(sleeps, 0.01)
    try: held.task.__init__(held.coroutine)
    except RuntimeError as error: print(error)
    del held
    await over("made again")
    await made(sleeps, 0.005)
    def busy():
        import time
        time.sleep(0.01)
    loop.call_soon(busy)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await over("due at once")
    held = await made(sleeps, 1000)
    held.timers = loop._scheduled[:]
    loop._scheduled.clear()
    held.timers.clear()
    del held
    gc.collect()
    alive("its timer dropped", watched)
    seen = []
    def trace(frame, event, argument):
        if event == "call" and frame.f_code is sleeps.__code__:
            sys.settrace(None)
            raise ValueError("traced")
    held = await made(sleeps, 0.01)
    sys.settrace(trace)
    await asyncio.wait([held.task])
    sys.settrace(None)
    print(held.task)
    del held
    await over("ended by a tracing function")
    held = await made(sleeps, 0.01)
    sys.settrace(trace)
    try: held.coroutine.send(None)
    except ValueError as error: print(error)
    sys.settrace(None)
    await asyncio.sleep(0.02)
    del held
    await over("ended by hand by a tracing function")
    await made(sleeps, 1000)
    return context, watched
def run():
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda loop, context: None)
        context, watched = runner.run(main())
        alive("while the loop stands still", watched[:])
        for _ in range(2): runner.run(asyncio.sleep(0))
        loop._scheduled.clear()
        alive("dropped by the loop", watched)
def lose(nested):
    loop, watched = asyncio.new_event_loop(), []
    loop.set_exception_handler(lambda loop, context: None)
    async def leave():
        make(watched, sleeps, 1000)
        await asyncio.sleep(0.001)
        if nested:
            loop.call_soon(loop.stop)
            await asyncio.sleep(1000)
    task = loop.create_task(leave())
    task.add_done_callback(lambda task: loop.stop())
    contextvars.Context().run(loop.run_forever)
    watched.append(weakref.ref(loop))
    return watched
run()
for nested in False, True: alive("lost with its loop", lose(nested))
async def tracked():
    tasks = [asyncio.create_task(sleeps(Thing())) for seconds in (0.01, 0.02)]
    for task in tasks: task.get_coro().cr_frame.f_locals["held"].seconds = 0.01
    await asyncio.sleep(0)
    if how == "install":
        for task in tasks[:]:
            chain = [task.get_coro()]
            while hasattr(chain[-1].cr_await, "cr_await"): chain.append(chain[-1].cr_await)
            aside = [task, task.get_context(), *chain[:5], chain[-1]]
            assert not any(map(gc.is_tracked, aside)), [(object, gc.is_tracked(object)) for object in aside]
            if task is tasks[0]: continue
            task._log_destroy_pending = False
            task.get_coro().close()
            assert all(map(gc.is_tracked, aside)), [(object, gc.is_tracked(object)) for object in aside]
            tasks.remove(task)
    await asyncio.wait(tasks)
    assert gc.is_tracked(tasks[0])
    print(tasks[0].cancelled())
asyncio.run(tracked())
"""
# The same of children of groups, between their last step and their callback, and of what they leave.
ENDED = WATCHING + """\
async def ends(held): return held
async def later(held):
    await asyncio.sleep(0)
    return held
async def fails(held):
    await asyncio.sleep(0)
    raise ValueError(held)
async def asleep(held):
    await asyncio.sleep(0.001)
    return held
def make(watched, group, function):
    held = Thing()
    variable.set(held)
    held.task = group.create_task(function(held))
    held.context = held.task.get_context()
    held.task._log_destroy_pending = False
    watched += map(weakref.ref, (held, held.task))
    return held
async def run(function, keep, look, leave=None):
    context, watched, kept = contextvars.Context(), [], []
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                held = context.run(make, watched, group, function)
                if keep: kept.append(held.task)
                del held
            context.run(variable.set, None)
            alive("made", watched[:])
            if leave:
                asyncio.get_running_loop().call_soon(asyncio.get_running_loop().stop)
                await asyncio.sleep(0.01)
            for _ in range(look):
                await asyncio.sleep(0)
                if look == 1: kept += [task for ref in watched if isinstance(task := ref(), asyncio.Task)]
                if look == 2: kept += group._tasks
                if look == 2: gc.collect()
            if look == 3: asyncio.current_task().add_done_callback(print) or asyncio.current_task().remove_done_callback(print)
    except* ValueError as error: print(len(error.exceptions), error.exceptions[0].__traceback__.tb_lineno)
    if keep or kept: alive("kept", watched[:])
    print(all(gc.is_tracked(task) for task in kept))
    kept.clear()
    del group
    if function is fails and sys.version_info < (3, 13, 1):
        print("not asked before gh-124958: what asyncio's groups keep of errors, and aiocore's do not")
        watched.clear()
    alive("left", watched)
    await asyncio.sleep(0.005)
    return watched
async def main():
    loop = asyncio.get_running_loop()
    for factory in None, asyncio.eager_task_factory:
        loop.set_task_factory(factory)
        for function in ends, later, fails, asleep:
            for keep in False, True:
                for look in range(4):
                    print(function.__name__, keep, look)
                    watched = await run(function, keep, look)
                    alive("over", watched)
def stopped(eager, drop, again):
    loop, watched = asyncio.new_event_loop(), []
    loop.set_exception_handler(lambda loop, context: None)
    if eager: loop.set_task_factory(asyncio.eager_task_factory)
    async def leave():
        context = contextvars.Context()
        async with asyncio.TaskGroup() as group:
            for function in ends, later, asleep: context.run(make, watched, group, function)
            context.run(variable.set, None)
            if not eager: await asyncio.sleep(0)
            loop.stop()
            await asyncio.sleep(0)
    task = loop.create_task(leave())
    task._log_destroy_pending = False
    contextvars.Context().run(loop.run_forever)
    alive("stopped", watched[:])
    if drop: loop._ready.clear()
    alive("perhaps dropped", watched[:])
    if again:
        loop.call_later(0.02, loop.stop)
        loop.run_forever()
        alive("run again", watched[:])
    watched.append(weakref.ref(loop))
    return watched
asyncio.run(main())
for eager in False, True:
    for drop in False, True:
        for again in False, True: alive(f"lost {eager} {drop} {again}", stopped(eager, drop, again))
"""
BURSTS = """\
import os
async def leaf(): pass
async def main():
    for _ in range(3):
        await asyncio.gather(*[asyncio.sleep(0.01) for _ in range(20_000)])
asyncio.run(main())
if how != "stock":
    kept = aiocore._core.kept_arenas()
    if os.environ.get("PYTHONMALLOC", "").startswith("malloc"): assert kept == 0  # no arenas: memory is C's, as under the sanitizers
    else: assert 1 << 20 <= kept <= aiocore.ARENAS, kept
    aiocore.keep_arenas(1 << 20)
    assert aiocore._core.kept_arenas() <= 1 << 20
    asyncio.run(main())
    aiocore.keep_arenas(0)
    assert aiocore._core.kept_arenas() == 0
    for wrong, error in (-1, ValueError), ("1", TypeError), (1 << 70, OverflowError):
        try: aiocore.keep_arenas(wrong)
        except error: pass
        else: raise AssertionError(wrong)
    asyncio.run(main())
    assert aiocore._core.kept_arenas() == 0
print("ran")
"""

PROGRAMS = {
    "fork, new loop": FORK_NEW_LOOP, "fork, goes on": FORK_GOES_ON, "fork in a thread": FORK_IN_THREAD, "processes": PROCESSES,
    "loops in threads": LOOPS_IN_THREADS, "wrong loop": WRONG_LOOP, "pending at exit": PENDING_AT_EXIT, "closed with tasks": CLOSED_WITH_TASKS,
    "exit in a task": EXIT_IN_A_TASK, "exit in a callback": EXIT_IN_A_CALLBACK, "interrupted": INTERRUPTED, "loop at exit": LOOP_AT_EXIT,
    "daemons at exit": DAEMONS_AT_EXIT, "generators at exit": GENERATORS_AT_EXIT, "unclosed": UNCLOSED, "other interpreters": OTHER_INTERPRETERS,
    "Python's tasks": PYTHON_TASKS, "by hand": BY_HAND, "waiting": WAITING, "garbage": GARBAGE, "asleep": ASLEEP, "ended": ENDED,
    "bursts": BURSTS,
}  # fmt: skip


def complaints(text: str) -> str:
    """What is on standard error, without where in asyncio it was, and without the name of the loop's class."""
    text = re.sub(r"^ +[~^]+\n|^Traceback .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r'^ *File "[^"]*/(asyncio|concurrent|threading|aiocore)[^"]*", line .*\n(    .*\n)*', "", text, flags=re.MULTILINE)
    text = re.sub(r"^/.*/(?:asyncio|aiocore)/\w+\.py:[0-9]+: (\w+Warning: .*\n)(?:  .*\n)?", r"\1", text, flags=re.MULTILINE)
    text = re.sub(r" at 0x[0-9a-f]+|0x[0-9a-f]+|when=[0-9.]+|/[^ \n]*/asyncio/", "", text)
    return re.sub(r"<_UnixSelectorEventLoop |<EventLoop ", "<Loop ", text)


# Of a program that does not end with 0.
STATUS = {"exit in a task": 7, "exit in a callback": 3}


def outcome(host: Host, place: Path, name: str, how: str) -> list[str]:
    status, out, error = run(host, place, [name, how, os.path.abspath(host.python.path)])
    return [f"exit status {status}", *out.splitlines(), *complaints(error).splitlines()]


def checks(host: Host, place: Path, names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for title in names:
            name = f"{re.sub('[^a-z]+', '_', title.lower())}.py"
            (place / name).write_text(FRAME.format(program=PROGRAMS[title]), encoding="utf-8")
            runs = {how: pool.submit(outcome, host, place, name, how) for how in ("stock", "replace", "install")}
            stock = runs.pop("stock").result()
            if stock[0].startswith("exit status -"):
                yield title, Skipped(f"this CPython itself dies of it ({stock[0]})")
                continue
            if stock[0] != f"exit status {STATUS.get(title, 0)}":
                yield f"{title}, stock", "\n".join(stock)
            for how, ours in runs.items():
                yield f"{title}, {how}", "\n".join(difflib.unified_diff(stock, ours.result(), "stock", how, lineterm="")) or None


def main(arguments: list[str]) -> int:
    parser = arguments_of("Tests aiocore for CPython where processes fork, end and have threads.")
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *PROGRAMS], help="only these programs")
    parser.add_argument("--flavour", choices=sorted(cpython_host.FLAVOURS), default="debug", help="how aiocore is built (debug)")
    options = parser.parse_args(arguments)
    return run_all(options.python, lambda host, place: checks(host, place, options.names or PROGRAMS), options.flavour)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
