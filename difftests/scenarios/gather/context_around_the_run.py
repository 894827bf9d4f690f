"""The loop runs while another exception is handled: it becomes the context of what a gather raises."""
import asyncio


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
    await asyncio.create_task(wait(asyncio.gather(fails()), "a child fails:"))
    child = asyncio.create_task(sleeps())
    task = asyncio.create_task(wait(asyncio.gather(child), "a child is cancelled:"))
    await asyncio.sleep(0)
    child.cancel()
    await task
    gathering = asyncio.gather(sleeps(), asyncio.sleep(2))
    task = asyncio.create_task(wait(gathering, "cancelled before its children begin:"))
    gathering.cancel()
    await task
    gathering = asyncio.gather(sleeps(), asyncio.sleep(2))
    task = asyncio.create_task(wait(gathering, "cancelled:"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gathering.cancel()
    await task
    gathering = asyncio.gather(asyncio.sleep(0))
    task = asyncio.create_task(wait(gathering, "the task is cancelled when all are done:"))
    while not gathering.done():
        await asyncio.sleep(0)
    task.cancel()
    await task


runner = asyncio.Runner()
try:
    raise RuntimeError
except RuntimeError:
    runner.run(main())
runner.close()
