"""Who awaits a child of a group stands beside the group's parent; the parent itself comes once."""
# requires: 3.14
import asyncio


async def child():
    await asyncio.sleep(1)


async def sibling(task):
    await task


def names(future):
    return sorted(task.get_name() for task in future._asyncio_awaited_by or ())


async def main():
    asyncio.current_task().set_name("main")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(child(), name="child")
        print(names(task))
        for name in "abc":
            group.create_task(sibling(task), name=name)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        print(names(task))
        await asyncio.sleep(0.5)
    print(names(task))


async def both():
    asyncio.current_task().set_name("both")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(child(), name="child")
        group.create_task(watch(task), name="watch")
        await task
        print("after the await", names(task))


async def watch(task):
    print(names(task))
    await asyncio.sleep(0)
    print(names(task))


async def twice():
    await main()
    await both()


asyncio.run(twice())
