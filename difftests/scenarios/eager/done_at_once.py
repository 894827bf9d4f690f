"""A task that ends in its first step is done at once; an ordinary error is stored."""
import asyncio


async def value():
    return 7


async def fail():
    raise ValueError("x")


async def cancelled():
    raise asyncio.CancelledError("mine")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    loop.call_soon(print, "call_soon before")
    task = asyncio.create_task(value())
    print("done", task.done(), task.result())
    task.add_done_callback(lambda task: print("callback", task.result()))
    print("awaiting it does not suspend", await task)
    task = asyncio.create_task(fail())
    print("done", task.done(), repr(task.exception()))
    task = asyncio.create_task(cancelled())
    print("done", task.done(), task.cancelled(), task.cancelling())
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error))
    await asyncio.sleep(0)
    print("main ends")


asyncio.run(main())
