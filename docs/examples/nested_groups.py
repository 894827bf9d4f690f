"""Task groups within task groups whose children complete eagerly: nothing here ever waits for anything.

How many iterations of the loop that takes is what CPython's releases do not agree on; ./dev demo shows each of them.
"""
import asyncio


async def visit(name, depth):
    print(name, "begins")
    async with asyncio.TaskGroup() as group:
        if depth > 0:
            group.create_task(visit(name + ".1", depth - 1))
            group.create_task(visit(name + ".2", depth - 1))
    print(name, "ends")


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    await visit("group", 2)


asyncio.run(main())
