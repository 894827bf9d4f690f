"""A child's callbacks run in order: those that were there before it joined, the group's own, then the others."""
import asyncio


def watch(name, task, sibling):
    """What the group has done to the sibling tells whether it has heard of the child's end."""
    task.add_done_callback(lambda _: print(name, "sees", sibling.cancelling()))


async def fail():
    await asyncio.sleep(1)
    raise ValueError("child")


async def wait():
    await asyncio.sleep(9)


async def try_it(before, removed, after):
    siblings = []
    dropped = []

    def factory(loop, coro, **keywords):
        task = asyncio.Task(coro, loop=loop, **keywords)
        if siblings:
            for i in range(removed):
                dropped.append(lambda _, i=i: print("removed", i))
                task.add_done_callback(dropped[-1])
            for i in range(before):
                watch(f"before {i}", task, siblings[0])
        return task

    loop = asyncio.get_running_loop()
    try:
        async with asyncio.TaskGroup() as group:
            siblings.append(group.create_task(wait()))
            loop.set_task_factory(factory)
            task = group.create_task(fail())
            loop.set_task_factory(None)
            for i in range(after):
                watch(f"after {i}", task, siblings[0])
            for callback in dropped:
                print("remove", task.remove_done_callback(callback))
    except* ValueError as errors:
        print(errors.exceptions)


async def main():
    for before, removed, after in ((0, 0, 1), (1, 0, 0), (2, 0, 2), (0, 1, 2), (1, 2, 1), (2, 3, 3)):
        print(before, removed, after)
        await try_it(before, removed, after)


asyncio.run(main())
