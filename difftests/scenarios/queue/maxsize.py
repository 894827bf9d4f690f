"""A maxsize of 0 or less is none; any number is compared as it is; what is no number fails when it is looked at."""
import asyncio


def attempt(what, call):
    try:
        print(what, call())
    except Exception as error:
        print(what, type(error).__name__, error)


for size in (0, -1, 1, True, 1.5, float("inf"), None, "3"):
    queue = asyncio.Queue(maxsize=size)
    print(repr(queue.maxsize))
    attempt(" full", queue.full)
    for item in range(3):
        attempt(" put", lambda: queue.put_nowait(item))
    attempt(" full", queue.full)
    attempt(" size", queue.qsize)
    attempt(" get", queue.get_nowait)
attempt("set", lambda: setattr(asyncio.Queue(), "maxsize", 3) or "done")
