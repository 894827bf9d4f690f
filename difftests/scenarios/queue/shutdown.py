"""shutdown: put raises QueueShutDown at once, get when the queue is empty."""
# requires: 3.13
import asyncio


async def attempt(what, call):
    try:
        print(what, await call())
    except asyncio.QueueShutDown as error:
        print(what, repr(error), error.args)


async def nowait(function, *args):
    return function(*args)


async def main():
    queue = asyncio.Queue(2)
    queue.put_nowait("a")
    await queue.put("b")
    print(queue.shutdown(), str(queue))
    await attempt("put", lambda: queue.put("c"))
    await attempt("put_nowait", lambda: nowait(queue.put_nowait, "c"))
    await attempt("get", queue.get)
    await attempt("get_nowait", lambda: nowait(queue.get_nowait))
    await attempt("get", queue.get)
    await attempt("get_nowait", lambda: nowait(queue.get_nowait))
    await attempt("put", lambda: queue.put("c"))
    print(str(queue))
    queue.shutdown()
    queue.shutdown(immediate=True)
    print(str(queue))
    queue.task_done()
    queue.task_done()
    await queue.join()
    print(str(queue), queue.full(), queue.empty())
    try:
        queue.shutdown(True, 2)
    except TypeError as error:
        print(error)


asyncio.run(main())
