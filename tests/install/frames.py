"""What shows of asyncio's async functions to who looks at a coroutine, a task or a traceback: the lines of asyncio's source."""

import asyncio
import gc
import inspect
import io
import os
import sys
import traceback
import warnings
import weakref

warnings.simplefilter("ignore", RuntimeWarning)  # of coroutines that nobody awaits: they are told otherwise

DEBUG_LINES = ("base_events.py", "events.py", "runners.py")  # of asyncio's own loop alone


def short(path):
    return os.path.join(*path.split(os.sep)[-2:])


def of_frame(frame):
    return f"{short(frame.f_code.co_filename)}:{frame.f_lineno} {frame.f_code.co_qualname} {frame.f_code.co_firstlineno}"


def chain_of(coro):
    """By cr_await, as a call graph goes; the last is an iterator."""
    while coro is not None and hasattr(coro, "cr_await"):
        yield f"{of_frame(coro.cr_frame)} {coro.cr_code.co_qualname} {coro.cr_code.co_firstlineno} {inspect.getcoroutinestate(coro)}"
        coro = coro.cr_await
    yield type(coro).__name__


def show(coro, indent="    "):
    for line in chain_of(coro):
        print(indent + line)


def lines_of(error):
    """The traceback, with the place in each line that is marked."""
    return [
        (short(each.filename), each.lineno, each.end_lineno, each.colno, each.end_colno, each.name, each.line)
        for each in traceback.extract_tb(error.__traceback__)
        if os.path.basename(each.filename) not in DEBUG_LINES
    ]


def told(error, indent="    "):
    while error is not None:
        print(f"{indent}{type(error).__name__}({error})")
        for line in lines_of(error):
            print(f"{indent}  {line}")
        error = error.__cause__ or error.__context__


def printed_stack(task):
    file = io.StringIO()
    task.print_stack(file=file)
    lines = file.getvalue().splitlines()
    return [line for line in lines if not line.startswith(("Stack for", "Traceback for", "No stack"))]


class Turned(Exception):
    pass


async def turns(n=3):
    for _ in range(n):
        await asyncio.sleep(0)


def suspended_ones(loop):
    """One of each that waits, by its name."""
    lock, event, semaphore, queue, full = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(0), asyncio.Queue(), asyncio.Queue(1)
    condition, busy, barrier = asyncio.Condition(), asyncio.Condition(), asyncio.Barrier(7)
    full.put_nowait(1)

    async def hold():
        async with lock, busy:
            await loop.create_future()

    async def enter(thing):
        async with thing:
            pass

    async def within(thing, method, *arguments):
        async with thing:
            await getattr(thing, method)(*arguments)

    async def group():
        async with asyncio.TaskGroup() as children:
            children.create_task(asyncio.Event().wait())

    async def first_of(fs):
        for step in asyncio.as_completed(fs):
            await step

    async def in_time(seconds):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()

    return {
        "hold": hold(),
        "sleep": asyncio.sleep(10),
        "sleep with a result": asyncio.sleep(10.5, 3),
        "wait": asyncio.wait([loop.create_future()]),
        "wait with a timeout": asyncio.wait([loop.create_future()], timeout=5),
        "wait_for a future": asyncio.wait_for(loop.create_future(), 7),
        "wait_for a future for ever": asyncio.wait_for(loop.create_future(), None),
        "wait_for a coroutine": asyncio.wait_for(event.wait(), 7),
        "wait_for nested": asyncio.wait_for(asyncio.wait_for(in_time(3), 7), 8),
        "Lock.acquire": lock.acquire(),
        "async with lock": enter(lock),
        "Event.wait": event.wait(),
        "Semaphore.acquire": semaphore.acquire(),
        "async with semaphore": enter(semaphore),
        "async with bounded semaphore": enter(asyncio.BoundedSemaphore(0)),
        "async with condition": enter(busy),
        "Condition.wait": within(condition, "wait"),
        "Condition.wait_for": within(condition, "wait_for", lambda: False),
        "Barrier.wait": barrier.wait(),
        "async with barrier": enter(barrier),
        "Queue.get": queue.get(),
        "Queue.put": full.put(2),
        "Queue.join": full.join(),
        "TaskGroup": group(),
        "as_completed": first_of([loop.create_future()]),
        "timeout": in_time(9),
    }


async def suspended():
    print("suspended")
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(coro, name=name) for name, coro in suspended_ones(loop).items()]
    await turns()
    for task in tasks:
        print("  " + task.get_name())
        show(task.get_coro())
        print("    stack", [of_frame(frame) for frame in task.get_stack()])
        coro = task.get_coro()
        print("    same", coro.cr_frame is coro.cr_frame, coro.cr_suspended, coro.cr_running)
    for task in tasks:
        task.cancel("enough")
    await asyncio.wait(tasks, timeout=1)
    for task in tasks:
        print("  " + task.get_name(), task.cancelled(), task.get_coro().cr_frame, task.get_coro().cr_await)
        print("    stack", printed_stack(task))
        try:
            await task
        except asyncio.CancelledError as error:
            told(error)


async def cancelled_at_once():
    print("cancelled before they begin")
    loop = asyncio.get_running_loop()
    for name, coro in suspended_ones(loop).items():
        task = loop.create_task(coro)
        print("  " + name)
        print("    stack", [of_frame(frame) for frame in task.get_stack()], printed_stack(task), inspect.getcoroutinestate(coro))
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            told(error)


async def one(name, coro):
    print("  " + name)
    try:
        await coro
    except BaseException as error:
        told(error)


async def never():
    await asyncio.get_running_loop().create_future()


async def boom(after=1):
    await turns(after)
    raise Turned("boom")


async def group_of(*coros, body=None):
    async with asyncio.TaskGroup() as group:
        for coro in coros:
            group.create_task(coro)
        if body is not None:
            await body


async def in_time(coro):
    async with asyncio.timeout(0.001):
        await coro


async def steps_of(fs, **options):
    for step in asyncio.as_completed(fs, **options):
        await step


async def done_future(error):
    future = asyncio.get_running_loop().create_future()
    future.set_exception(error)
    return future


async def predicate_fails(after):
    condition, calls = asyncio.Condition(), []

    def predicate():
        calls.append(1)
        if len(calls) > after:
            raise Turned("predicate")

    async def notify():
        await asyncio.sleep(0)
        async with condition:
            condition.notify_all()

    task = asyncio.create_task(notify())
    async with condition:
        await condition.wait_for(predicate)
    await task


async def enter_twice(thing):
    async with thing:
        async with thing:
            pass


async def broken(after):
    barrier = asyncio.Barrier(3)
    task = asyncio.create_task(barrier.wait())
    await turns(after)
    await barrier.abort()
    try:
        await (task if after else barrier.wait())
    finally:
        await asyncio.wait([task])
        task.exception()


async def task_of(coro):
    task = asyncio.create_task(coro)
    await turns()
    return task


async def failing():
    print("failing")
    await one("wait_for", asyncio.wait_for(boom(), 1))
    await one("wait_for twice", asyncio.wait_for(asyncio.wait_for(boom(), 1), None))
    await one("wait_for too late", asyncio.wait_for(never(), 0.001))
    await one("wait_for a future too late", asyncio.wait_for(asyncio.get_running_loop().create_future(), 0.001))
    await one("wait_for without time", asyncio.wait_for(await task_of(never()), 0))
    await one("wait_for a future that failed", asyncio.wait_for(await done_future(Turned("x")), 1))
    await one("wait_for a future that failed, without time", asyncio.wait_for(await done_future(Turned("x")), 0))
    await one("wait_for sleep too late", asyncio.wait_for(asyncio.sleep(5), 0.001))
    await one("timeout", in_time(never()))
    await one("timeout around a lock", in_time(asyncio.Event().wait()))
    await one("group", group_of(boom()))
    await one("group and its body", group_of(boom(), body=never()))
    await one("body", group_of(never(), body=boom()))
    await one("nested", group_of(group_of(boom())))
    await one("as_completed", steps_of([boom()]))
    task = await task_of(never())
    await one("as_completed too late", steps_of([task], timeout=0.001))
    task.cancel()
    await one("predicate", predicate_fails(0))
    await one("predicate after a wait", predicate_fails(1))
    await one("wait without the lock", asyncio.Condition().wait())
    await one("timeout twice", enter_twice(asyncio.timeout(3)))
    await one("group twice", enter_twice(asyncio.TaskGroup()))
    await one("barrier", broken(0))
    await one("barrier while others wait", broken(2))
    await one("sleep", asyncio.sleep("x"))
    if hasattr(asyncio, "QueueShutDown"):
        queue = asyncio.Queue()
        getting = asyncio.create_task(queue.get())
        await turns()
        queue.shutdown()
        await one("queue", queue.get())
        await one("queue", queue.put(1))
        await one("queue while somebody waits", getting)


async def cancelled_group():
    """Once while it waits; and once in its body."""
    print("cancelled groups")
    for body in (None, never()):
        task = asyncio.create_task(group_of(never(), body=body))
        await turns()
        task.cancel("m")
        await one("group", task)


async def created():
    print("created")
    coro = asyncio.sleep(1)
    print("   ", of_frame(coro.cr_frame), coro.cr_await, inspect.getcoroutinestate(coro), coro.cr_code.co_name)
    print("   ", [of_frame(coro.cr_frame) for _ in range(2)], coro.cr_frame is coro.cr_frame)
    frame = coro.cr_frame
    coro.close()
    print("   ", coro.cr_frame, inspect.getcoroutinestate(coro), frame.f_code.co_name)


def plain(line):
    """Without the addresses."""
    return " ".join("0x" if word.startswith("id=0x") else word for word in line.replace(")", " )").split(" "))


async def graphs():
    if sys.version_info < (3, 14):
        return
    print("call graphs")
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(coro, name=name) for name, coro in suspended_ones(loop).items()]
    await turns()
    for task in tasks:
        for line in asyncio.format_call_graph(task).splitlines():
            print("   ", plain(line))
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=1)


class Kept:
    """Something that a program wants to be gone when it is done with it."""


async def begun():
    await asyncio.wait_for(asyncio.sleep(10), 0.001)


async def unbegun():
    task = asyncio.create_task(asyncio.sleep(10))
    task.cancel()
    await task


def clear(error, kept):
    traceback.clear_frames(error.__traceback__)
    return [frame.f_code.co_qualname for frame, _ in traceback.walk_tb(error.__traceback__)][1:]


async def cleared():
    """Clearing the frames of a traceback, as unittest's assertRaises does, makes them keep nothing, not even those of who cleared them."""
    print("cleared")
    for part in (begun, unbegun, begun, unbegun):
        kept = Kept()
        watch = weakref.ref(kept)
        try:
            await part()
        except (TimeoutError, asyncio.CancelledError) as error:
            print("   ", clear(error, kept))
            for each in (error, error.__context__):
                traceback.clear_frames(each.__traceback__ if each is not None else None)
        del kept
        gc.collect()
        print("   ", watch())


async def main():
    for part in (suspended, cancelled_at_once, created, failing, cancelled_group, cleared, graphs):
        await part()
