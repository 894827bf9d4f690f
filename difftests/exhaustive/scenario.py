"""What the scenario files of the exhaustive comparison are made of, itself in the scenario language.

The first part is in all of them; the second interprets encoded programs and is followed by some hundreds of those.  A plain
program (plain.py) has the first part, and its operations written out instead of the second.
"""

import asyncio

LOG = []  # what happened in the program that runs
KEPT = []  # tasks that outlived their loop: when a collector finds one is not compared
tasks = [None, None, None]
futures = []


def log(label, *words):
    """Notes what happened, and how many cancellations the running task has been asked for."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop is running
        task = None
    count = f"/{task.cancelling()}" if task is not None and task.cancelling() else ""
    LOG.append(":".join([label] + [str(word) for word in words]) + count)


def describe(error):
    """An exception without addresses."""
    name = type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        return name + "[" + " ".join([describe(each) for each in error.exceptions]) + "]"
    return name + "(" + str(error).split(": <")[0] + ")"


def state(future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    error = future.exception()
    return describe(error) if error is not None else f"={future.result()}"


def listener(label):
    """A done callback that notes when it is called."""
    return lambda done: log(label, "done", state(done))


def release():
    """Once a second, which is when nothing else can happen: cancels what is stuck."""
    for number, task in enumerate(tasks):
        if task is not None and not task.done():
            log("stuck", number, task.cancel("stuck"))
    asyncio.get_running_loop().call_later(1, release)


def prepare():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: log("handler", context["message"]))
    loop.call_later(1, release)
    futures[:] = [loop.create_future(), loop.create_future()]
    tasks[:] = [asyncio.current_task(), None, None]


def run(main):
    """Runs one program in a loop of its own, and notes how tasks and futures ended."""
    LOG.clear()
    try:
        asyncio.run(main)
    except BaseException as error:
        log("run", describe(error))
    for task in tasks:
        if task is not None:
            log("task", state(task), task.cancelling())
            KEPT.append(task)
    for future in futures:
        log("future", state(future))


# ---- The interpreter of encoded programs ----


async def body(number, ops):
    """A task: what it does, and how that ended."""
    tasks[number] = asyncio.current_task()
    try:
        log(f"{number}", "starts")
        await perform(ops, None)
    except BaseException as error:
        log(f"{number}", "raises", describe(error))
        raise
    log(f"{number}", "returns")
    return f"r{number}"


async def main(ops):
    prepare()
    return await body(0, ops)


async def perform(ops, group):
    """Performs operations, one after the other; nothing suspends but what they await."""
    for kind, label, target, inner in ops:
        if kind == "catch":
            try:
                await perform(inner, group)
            except BaseException as error:
                log(label, "caught", describe(error))
        elif kind == "sleep":
            await asyncio.sleep(0)
            log(label)
        elif kind == "raise":
            raise ValueError(label)
        elif kind == "exit":
            raise SystemExit(label)
        elif kind == "uncancel":
            log(label, asyncio.current_task().uncancel())
        elif kind == "group":
            async with asyncio.TaskGroup() as inner_group:
                await perform(inner, inner_group)
            log(label)
        elif kind == "lazy" or kind == "eager":
            spawn(kind, label, target, inner, group)
        elif kind == "wait":
            log(label, await futures[target])
        elif kind == "join":
            if tasks[target] is not None:
                log(label, await tasks[target])
        elif kind == "cancel" or kind == "listen":
            if tasks[target] is not None:
                to_task(tasks[target], kind, label)
        else:
            to_future(futures[target], kind, label)


def spawn(kind, label, target, inner, group):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory if kind == "eager" else None)
    create = loop.create_task if group is None else group.create_task
    tasks[target] = create(body(target, inner))
    log(label)


def to_task(task, kind, label):
    if kind == "cancel":
        log(label, task.cancel(label), task.cancelling())
    else:
        task.add_done_callback(listener(label))
        log(label)


def to_future(future, kind, label):
    if kind == "result":
        future.set_result(label)
    elif kind == "error":
        future.set_exception(KeyError(label))
    elif kind == "drop":
        future.cancel(label)
    else:
        future.add_done_callback(listener(label))
    log(label)


def run_all(programs):
    for notation, ops in programs:
        run(main(ops))
        print(notation, "|", *LOG)
