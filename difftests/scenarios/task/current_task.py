"""current_task() in coroutines, nested awaits, callbacks, done callbacks and outside of everything."""
import asyncio


def name():
    task = asyncio.current_task()
    return task.get_name() if task else None


async def inner():
    print("inner", name())
    await asyncio.sleep(0)
    print("inner again", name())


async def body():
    print("body", name())
    await inner()
    return name()


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(body(), name="child")
    task.add_done_callback(lambda task: print("done callback", name()))
    loop.call_soon(lambda: print("callback", name()))
    await inner()
    print("main", name(), await task)
    print("by loop", asyncio.current_task(loop) is asyncio.current_task())


asyncio.run(main(), debug=False)
try:
    asyncio.current_task()
except RuntimeError as error:
    print(repr(error))
