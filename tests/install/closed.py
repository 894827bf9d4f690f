"""A program closes the coroutine that a task waits in: the task sleeps on, until it is cancelled or what it waits for is done."""

import asyncio

from cases import chain, show_all
from steps import turns


async def await_it(coro, log):
    try:
        log.append(("got", await coro))
    except BaseException as error:
        log.append(chain(error))
        raise


def sleep():
    return asyncio.sleep(100)


def event():
    return asyncio.Event().wait()


def lock():
    held = asyncio.Lock()
    asyncio.ensure_future(held.acquire())
    return held.acquire()


def semaphore():
    return asyncio.Semaphore(0).acquire()


def getter():
    return asyncio.Queue().get()


def putter():
    queue = asyncio.Queue(1)
    queue.put_nowait(0)
    return queue.put(1)


def join():
    queue = asyncio.Queue()
    queue.put_nowait(0)
    return queue.join()


def barrier():
    return asyncio.Barrier(2).wait()


def wait():
    return asyncio.wait([asyncio.ensure_future(turns(5))], timeout=50)


def wait_for():
    return asyncio.wait_for(asyncio.sleep(100), 50)


def wait_for_task():
    return asyncio.wait_for(asyncio.ensure_future(turns(5)), 50)


WAITS = (sleep, event, lock, semaphore, getter, putter, join, barrier, wait, wait_for, wait_for_task)


async def closed(make, start, *message):
    log, coro = [], make()
    task = start(coro, log)
    await turns(2)
    coro.close()
    print(make.__name__, "wait_for=" in repr(task), task.done())
    await turns(10)
    print(task.done(), task._fut_waiter is not None and task._fut_waiter.done())
    print(task.cancel(*message), task.cancelling())
    await asyncio.wait([task], timeout=5)
    print(log, task.done(), task.cancelled() or repr(task.exception()))


async def case_cancelled():
    for make in WAITS:
        await closed(make, lambda coro, log: asyncio.create_task(await_it(coro, log)))
        await closed(make, lambda coro, log: asyncio.create_task(await_it(coro, log)), "message")


async def case_directly():
    for make in WAITS:
        await closed(make, lambda coro, log: asyncio.create_task(coro))


class Awaitable:
    """Steps a coroutine, and keeps what is thrown to itself."""

    def __init__(self, coro, log):
        self.iterator, self.log = coro.__await__(), log

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        self.log.append("next")
        return next(self.iterator)

    def send(self, value):
        self.log.append("send")
        return self.iterator.send(value)

    def throw(self, error):
        self.log.append(chain(error))
        raise StopIteration("caught")


async def abandoned(log):
    coro = asyncio.sleep(100)
    task = asyncio.create_task(await_it(Awaitable(coro, log), log))
    await turns(2)
    coro.close()
    return task


async def case_thrown():
    for message in (), ("message",):
        log = []
        task = await abandoned(log)
        task.cancel(*message)
        await asyncio.wait([task], timeout=5)
        print(log, task.done(), task)


async def case_cancelled_twice():
    log = []
    task = await abandoned(log)
    print(task.cancel("first"), task.cancel("second"), task.cancelling())
    await asyncio.wait([task], timeout=5)
    print(log, task.done())


async def case_taken_back():
    log = []
    task = await abandoned(log)
    print(task.cancel("taken back"), task.uncancel())
    await asyncio.wait([task], timeout=5)
    print(log, task.done())


async def case_waiter():
    log = []
    task = await abandoned(log)
    print(task._fut_waiter.cancel("message"), task.cancelling())
    await asyncio.wait([task], timeout=5)
    print(log, task.done())


async def case_set():
    log = []
    task = await abandoned(log)
    task._fut_waiter.set_result("result")
    await asyncio.wait([task], timeout=5)
    print(log, task.done())
    task.cancel()
    await asyncio.wait([task], timeout=5)


async def case_in_a_group():
    log = []
    coro = asyncio.sleep(100)
    async with asyncio.TaskGroup() as group:
        group.create_task(await_it(Awaitable(coro, log), log))
        group.create_task(await_it(Awaitable(asyncio.sleep(100), log), log))
        await turns(2)
        coro.close()
        try:
            raise LookupError("body")
        finally:
            print(log)


async def main():
    await show_all(globals())
