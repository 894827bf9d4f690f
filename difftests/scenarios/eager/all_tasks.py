"""During its eager step a task is in all_tasks(), although it is not yet in its group."""
import asyncio

groups = []


async def body(wait):
    print("in its first step: all tasks", len(asyncio.all_tasks()), repr(groups[0]))
    if wait:
        await asyncio.sleep(1)


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    async with asyncio.TaskGroup() as group:
        groups.append(group)
        group.create_task(body(True))
        print("all tasks", len(asyncio.all_tasks()), repr(group))
        group.create_task(body(False))
        print("all tasks", len(asyncio.all_tasks()))
    print("all tasks", len(asyncio.all_tasks()), repr(group))


asyncio.run(main())
