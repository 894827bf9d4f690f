"""A task that cancels itself: awaits a future, awaits a task, yields, returns, or raises."""
import asyncio


async def inner():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        print("inner", repr(error))
        raise


async def body(kind, future, other):
    asyncio.current_task().cancel("me")
    print(kind, "cancelled itself")
    try:
        if kind == "future":
            await future
        elif kind == "task":
            await other
        elif kind == "yield":
            await asyncio.sleep(0)
        elif kind == "raise":
            raise ValueError("x")
    except asyncio.CancelledError as error:
        print(kind, repr(error))
        raise
    return "lost"


async def main():
    loop = asyncio.get_running_loop()
    for kind in ("future", "task", "yield", "return", "raise"):
        future = loop.create_future()
        other = asyncio.create_task(inner())
        await asyncio.sleep(0)
        task = asyncio.create_task(body(kind, future, other))
        await asyncio.sleep(0)
        print(kind, "after one step: future", future.cancelled(), "done", task.done())
        try:
            print(await task)
        except BaseException as error:
            print("main got", repr(error), task.cancelled(), task.cancelling())
        other.cancel()
        await asyncio.sleep(0)
    print(f"{loop.time():.3f}")


asyncio.run(main())
