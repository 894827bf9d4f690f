"""What a thread gives to a loop: callbacks, coroutines, futures to wrap."""
# clock: real, threads take their own
import asyncio
import concurrent.futures
import threading

log = []


async def add(a, b):
    log.append(threading.current_thread().name)
    await asyncio.sleep(0.01)
    if a < 0:
        raise ValueError(a)
    return a + b


def caller(loop):
    print(asyncio.run_coroutine_threadsafe(add(1, 2), loop).result())
    try:
        asyncio.run_coroutine_threadsafe(add(-1, 2), loop).result(10)
    except ValueError as error:
        print(repr(error))
    future = asyncio.run_coroutine_threadsafe(asyncio.sleep(10), loop)
    try:
        future.result(0.05)
    except concurrent.futures.TimeoutError as error:
        print(repr(error))
    print(future.cancel())
    for n in range(5):
        loop.call_soon_threadsafe(log.append, n)
    return "called"


async def main():
    loop = asyncio.get_running_loop()
    print(await asyncio.to_thread(caller, loop))
    await asyncio.sleep(0)
    print(log)
    source = concurrent.futures.Future()

    def complete():
        source.set_running_or_notify_cancel()
        source.set_result("given")

    wrapped = asyncio.wrap_future(source)
    thread = threading.Thread(target=complete)
    thread.start()
    print(await wrapped)
    thread.join()
    print(len(asyncio.all_tasks()))


asyncio.run(main())
