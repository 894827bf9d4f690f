"""current_task() is None in callbacks; an eager step replaces it and puts the old one back, also when it raises."""
import asyncio

mains = []


def current():
    task = asyncio.current_task()
    return "none" if task is None else "main" if task is mains[0] else "another"


async def inner(fail):
    print("inner", current())
    if fail:
        raise ValueError("x")
    await asyncio.sleep(0)
    print("inner again", current())


async def outer():
    print("outer", current())
    mine = asyncio.current_task()
    task = asyncio.create_task(inner(False))
    print("outer has its own back", asyncio.current_task() is mine)
    await task


def make(loop):
    print("callback", current())
    loop.create_task(inner(False))
    print("callback goes on", current())


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    mains.append(asyncio.current_task())
    task = asyncio.create_task(outer())
    task.add_done_callback(lambda task: print("done callback", current()))
    print("main goes on", current())
    await task
    task = asyncio.create_task(inner(True))
    print("main goes on", current(), repr(task.exception()))
    loop.call_soon(make, loop)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("main", current())


asyncio.run(main())
