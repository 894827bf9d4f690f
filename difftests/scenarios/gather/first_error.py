"""The first error ends the gather; the other children go on, and their errors count as retrieved."""
import asyncio


async def work(name, delay, error=None):
    await asyncio.sleep(delay)
    print(name)
    if error:
        raise error
    return name


async def main():
    tasks = [
        asyncio.create_task(work("a", 3)),
        asyncio.create_task(work("b", 1, ValueError("first"))),
        asyncio.create_task(work("c", 2, KeyError("second"))),
    ]
    try:
        await asyncio.gather(*tasks)
    except ValueError as error:
        print("raised", repr(error), [task.done() for task in tasks])
    await asyncio.sleep(5)
    print([task.done() for task in tasks], tasks[2]._log_traceback, tasks[1]._log_traceback)


asyncio.run(main())
