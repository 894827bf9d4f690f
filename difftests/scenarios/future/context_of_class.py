"""The loop runs while another exception is handled: it becomes the context of what a future of another class failed with."""
import asyncio


class Own(asyncio.Future):
    pass


class OwnTask(asyncio.Task):
    pass


async def wait(awaitable, words):
    try:
        await awaitable
    except BaseException as error:
        print(words, repr(error), repr(error.__context__))


async def fails():
    raise ValueError(1)


async def sleeps():
    await asyncio.sleep(1)


async def main():
    loop = asyncio.get_running_loop()
    for make in (asyncio.Future, Own):
        for how in ("set_exception", "cancel"):
            future = make(loop=loop)
            task = asyncio.create_task(wait(future, f"{make.__name__}, {how}:"))
            await asyncio.sleep(0)
            getattr(future, how)(*([KeyError(2)] if how == "set_exception" else []))
            await task
    for make in (asyncio.Task, OwnTask):
        await asyncio.create_task(wait(make(fails(), loop=loop), f"{make.__name__}, fails:"))
        inner = make(sleeps(), loop=loop)
        task = asyncio.create_task(wait(inner, f"{make.__name__}, cancelled:"))
        inner.cancel()
        await task
    future = Own(loop=loop)
    task = asyncio.create_task(wait(future, "fails, and then the task is cancelled:"))
    await asyncio.sleep(0)
    future.set_exception(KeyError(3))
    task.cancel()
    await task
    print("what it failed with:", repr(future.exception().__context__))


runner = asyncio.Runner()
try:
    raise RuntimeError
except RuntimeError:
    runner.run(main())
runner.close()
