"""repr of tasks: pending, waiting, cancelling, finished with each outcome, with callbacks; without file names."""
import asyncio


def cut(text):
    """Leaves out the file and the line that follow each " at "."""
    pieces = text.split(" at ")
    result = pieces[0]
    for piece in pieces[1:]:
        i = 0
        while piece[i] not in ">],":
            i += 1
        result += piece[i:]
    return result


async def body(outcome, future=None):
    if future is not None:
        await future
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


async def main():
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(body(7, future), name="waits")
    print(cut(repr(task)))
    await asyncio.sleep(0)
    print(cut(repr(task)))
    task.add_done_callback(print)
    print(cut(repr(task)))
    task.remove_done_callback(print)
    future.set_result(None)
    print(cut(repr(task)))
    print(await task, cut(repr(task)))
    failed = asyncio.create_task(body(ValueError("x")), name="fails")
    await asyncio.sleep(0)
    print(cut(repr(failed)), repr(failed.exception()))
    stopped = asyncio.create_task(body(1, asyncio.get_running_loop().create_future()), name="stops")
    await asyncio.sleep(0)
    stopped.cancel("why")
    print(cut(repr(stopped)))
    await asyncio.sleep(0)
    print(cut(repr(stopped)))
    fresh = asyncio.create_task(body(1), name="fresh")
    fresh.cancel()
    print(cut(repr(fresh)))
    await asyncio.sleep(0)
    print(cut(repr(fresh)))


asyncio.run(main())
