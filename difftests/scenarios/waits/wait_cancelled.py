"""Cancelling a task that waits cancels the wait alone; its callbacks and its timer go."""
import asyncio


async def work():
    await asyncio.sleep(3)
    return "work"


async def waiter(tasks, timeout):
    try:
        await asyncio.wait(tasks, timeout=timeout)
    except asyncio.CancelledError as error:
        print("cancelled", repr(error), [task.done() for task in tasks])
        raise
    finally:
        await asyncio.sleep(0)


async def main():
    tasks = [asyncio.create_task(work()), asyncio.create_task(work())]
    for timeout in (None, 2, 0):
        task = asyncio.create_task(waiter(tasks, timeout))
        await asyncio.sleep(0)
        task.cancel("enough")
        print((await asyncio.wait([task]))[0] == {task}, task.cancelled())
    print([await task for task in tasks])


asyncio.run(main())
