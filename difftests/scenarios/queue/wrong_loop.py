"""A queue belongs to the loop in which somebody first had to wait; get, put and join each look at that when they wait."""
import asyncio


async def attempt(what, coroutine):
    try:
        print(what, await coroutine)
    except RuntimeError as error:
        text = str(error)
        print(what, text[: text.index(" at ")], text[text.index(" is bound") :])


async def cancelled(coroutine):
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("bound")


async def first(bound, free, joined):
    await free.put(1)
    print(await free.get())
    await cancelled(bound.get())
    joined.put_nowait("item")
    await cancelled(joined.join())


async def second(bound, free, joined):
    await attempt("get", bound.get())
    await attempt("put", bound.put(1))
    await attempt("put", bound.put(2))
    await attempt("get", bound.get())
    print(bound.empty())
    bound.put_nowait(3)
    await attempt("join", joined.join())
    await attempt("get", joined.get())
    await attempt("free", free.put(4))
    await cancelled(free.put(5))
    await cancelled(joined.get())
    joined.task_done()
    await attempt("join", joined.join())


queues = asyncio.Queue(1), asyncio.PriorityQueue(1), asyncio.LifoQueue()
asyncio.run(first(*queues))
asyncio.run(second(*queues))
