"""A child that ended in its eager step has its parent above it until the group has heard of it."""
# requires: 3.14
import asyncio


async def quick():
    print(asyncio.current_task()._asyncio_awaited_by)


def names(task):
    return sorted(waiter.get_name() for waiter in task._asyncio_awaited_by or ())


async def main():
    asyncio.current_task().set_name("main")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(quick(), eager_start=True)
        print(task.done(), names(task))
        await asyncio.sleep(0)
        print(names(task))
        await asyncio.sleep(0)
        print(names(task))


asyncio.run(main())
