"""FIRST_EXCEPTION ends with the first error; results do not count, and neither do cancelled tasks."""
import asyncio


async def work(name, seconds, error=None):
    await asyncio.sleep(seconds)
    if error is not None:
        raise error
    return name


async def show(title, *coros, cancels=None):
    tasks = [asyncio.create_task(coro) for coro in coros]
    if cancels is not None:
        asyncio.get_running_loop().call_later(1, tasks[cancels].cancel)
    start = asyncio.get_running_loop().time()
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    print(title, asyncio.get_running_loop().time() - start, [task in done for task in tasks])
    if pending:
        done, pending = await asyncio.wait(pending)
        print("the rest", len(done), len(pending))
    for task in tasks:
        if not task.cancelled():
            print(repr(task.exception()))


async def main():
    await show("no error", work("a", 1), work("b", 2))
    await show("an error", work("a", 1), work("b", 2, ValueError("b")), work("c", 3))
    await show("a cancelled one", work("a", 5), work("b", 2), cancels=0)
    await show("cancelled, then an error", work("a", 5), work("b", 2, ValueError("b")), work("c", 4), cancels=0)
    await show("the last one fails", work("a", 1), work("b", 2, ValueError("b")))


asyncio.run(main())
