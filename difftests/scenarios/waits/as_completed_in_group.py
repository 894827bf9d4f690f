"""as_completed() over the tasks of a group, one of which fails: the step is left by the group's cancellation."""
import asyncio


async def work(name, seconds, error=None):
    await asyncio.sleep(seconds)
    if error is not None:
        raise error
    return name


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(work("a", 1)),
                group.create_task(work("b", 2, ValueError("b"))),
                group.create_task(work("c", 3)),
            ]
            for step in asyncio.as_completed(tasks):
                print(await step)
    except* ValueError as errors:
        print(repr(errors))
    print([task.cancelled() for task in tasks])


asyncio.run(main())
