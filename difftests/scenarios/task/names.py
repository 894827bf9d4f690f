"""Who uses up a number of the default-name counter (gh-112622)."""
import asyncio


async def body():
    pass


def names(*tasks):
    for task in tasks:
        print(task.get_name())


async def main():
    loop = asyncio.get_running_loop()
    print(asyncio.current_task().get_name())
    names(asyncio.create_task(body()), asyncio.create_task(body(), name="given"), asyncio.create_task(body()))
    async with asyncio.TaskGroup() as group:
        names(group.create_task(body(), name="child"), group.create_task(body()))
    names(loop.create_task(body(), name="by the loop"), loop.create_task(body()))
    task = loop.create_task(body(), name=7)
    names(task)
    task.set_name(None)
    names(task)
    await task


asyncio.run(main())
