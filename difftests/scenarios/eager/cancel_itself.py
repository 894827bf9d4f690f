"""An eager task that cancels itself in its first step: at a bare yield, at a future, at its end."""
import asyncio


async def body(kind, future):
    print(kind, "begins", asyncio.current_task().cancel("me"))
    try:
        if kind == "yield":
            await asyncio.sleep(0)
        elif kind == "future":
            await future
    except asyncio.CancelledError as error:
        print(kind, repr(error))
        raise
    return "lost"


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    for kind in ("yield", "future", "return"):
        future = loop.create_future()
        task = asyncio.create_task(body(kind, future))
        print("made", task.done(), task.cancelling(), future.cancelled())
        try:
            print(await task)
        except asyncio.CancelledError as error:
            print("main", repr(error), task.cancelled())


asyncio.run(main())
