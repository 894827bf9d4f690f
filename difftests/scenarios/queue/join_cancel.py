"""A join that is cancelled, while it waits and after it was woken, leaves the others alone."""
import asyncio


async def joiner(name, queue):
    try:
        await queue.join()
        print(name, "joined")
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args)


async def main():
    queue = asyncio.Queue()
    queue.put_nowait(1)
    tasks = [asyncio.create_task(joiner(name, queue)) for name in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel("early")
    await asyncio.sleep(0)
    queue.task_done()
    tasks[2].cancel("late")
    for task in tasks:
        await task
    queue.put_nowait(2)
    tasks = [asyncio.create_task(joiner(name, queue)) for name in "de"]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    queue.task_done()
    for task in tasks:
        await task


asyncio.run(main())
