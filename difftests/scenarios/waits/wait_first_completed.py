"""FIRST_COMPLETED ends with the first that is done, however it ended; what ends in the same turn counts as well."""
import asyncio


async def work(name, seconds, error=None):
    await asyncio.sleep(seconds)
    if error is not None:
        raise error
    return name


async def show(title, *coros):
    tasks = [asyncio.create_task(coro) for coro in coros]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(title, asyncio.get_running_loop().time(), [task in done for task in tasks], len(pending))
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    print([task.cancelled() or task.exception() or task.result() for task in tasks])


async def main():
    await show("one", work("a", 2), work("b", 1), work("c", 3))
    await show("error", work("a", 2), work("b", 1, KeyError("b")), work("c", 3))
    await show("two at once", work("a", 1), work("b", 1), work("c", 3))
    await show("all at once", work("a", 0), work("b", 0))
    await show("only one", work("a", 1))


asyncio.run(main())
