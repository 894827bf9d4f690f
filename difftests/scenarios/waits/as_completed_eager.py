"""as_completed() with the eager factory: the first steps run while it makes the tasks, and some are done by then."""
import asyncio


async def work(name, seconds):
    print("begin of", name)
    if seconds > 0:
        await asyncio.sleep(seconds)
    return name


async def inner():
    return [await step for step in asyncio.as_completed([work("x", 1), work("y", 0)])]


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    for step in asyncio.as_completed([work("a", 2), work("b", 0), work("c", 1), inner()], timeout=9):
        print(await step)


asyncio.run(main())
