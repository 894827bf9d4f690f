"""An inner group's error is handled between the groups: the outer group goes on undisturbed."""
import asyncio


async def fail(word):
    await asyncio.sleep(1)
    raise ValueError(word)


async def works(name):
    await asyncio.sleep(2)
    print(name, "done")


async def inner():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("inner"))
            group.create_task(works("never done"))
    except* ValueError as errors:
        print("handled", repr(errors), asyncio.current_task().cancelling())
    await asyncio.sleep(3)
    return "inner's value"


async def main():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(inner())
        group.create_task(works("outer"))
    print(task.result(), asyncio.get_running_loop().time())


asyncio.run(main())
