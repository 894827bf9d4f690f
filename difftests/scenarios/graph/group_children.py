"""A group's parent is above each child, from its creation until the group has heard of its end."""
# requires: 3.14
import asyncio


def show(future=None, **options):
    """The graph without ids, and without the lines of asyncio's own functions."""
    for line in asyncio.format_call_graph(future, depth=2, **options).split("\n"):
        indent, _, place = line.partition("File ")
        if place:
            file, number, name = place.split(", ")
            is_own = file.strip("'").split("/")[-2:-1] != ["asyncio"]
            print(indent + name[3:], number if is_own else "")
        else:
            print(line.partition("id=")[0])


async def child(delay):
    await asyncio.sleep(delay)


async def watch(tasks):
    await asyncio.sleep(1.5)
    for task in tasks:
        show(task)


async def main():
    async with asyncio.TaskGroup() as group:
        one = group.create_task(child(1), name="one")
        two = group.create_task(child(2), name="two")
        asyncio.create_task(watch([one, two]), name="watch")
        show(one)
        await asyncio.sleep(0.5)
        show(two)
    show(two)


asyncio.run(main())
