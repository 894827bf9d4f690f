"""Cancelling a call on a thread: one that runs goes on, one that waits never begins."""
# clock: real, threads take their own
import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

log = []


def job(name, gate):
    log.append(f"{name} begins")
    gate.wait()
    log.append(f"{name} ends")
    return name


async def main():
    loop = asyncio.get_running_loop()
    gate = threading.Event()
    pool = ThreadPoolExecutor(1)
    first = loop.run_in_executor(pool, job, "first", gate)
    second = loop.run_in_executor(pool, job, "second", gate)
    third = loop.run_in_executor(pool, job, "third", gate)
    await asyncio.sleep(0.05)
    print(second.cancel(), first.cancel(), first.cancel(), third.done())
    print(first.cancelled(), second.cancelled(), first.done())
    try:
        await first
    except asyncio.CancelledError as error:
        print(repr(error))
    await asyncio.sleep(0)
    gate.set()
    print(await third)
    print(log)
    log.clear()

    gate.clear()
    try:
        await asyncio.wait_for(loop.run_in_executor(pool, job, "late", gate), 0.05)
    except TimeoutError as error:
        print(repr(error), log)
    source = pool.submit(job, "source", gate)
    wrapped = asyncio.wrap_future(source)
    print(wrapped.cancel(), source.cancelled())
    await asyncio.sleep(0)
    print(source.cancelled(), wrapped.cancelled())
    task = asyncio.create_task(asyncio.to_thread(job, "task", gate))
    await asyncio.sleep(0.05)
    task.cancel("enough")
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error))
    gate.set()
    pool.shutdown()
    time.sleep(0.05)
    print(sorted(log))


asyncio.run(main())
