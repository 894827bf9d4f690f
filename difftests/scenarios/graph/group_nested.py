"""Groups in groups: each child leads up through all parents."""
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


async def leaf():
    await asyncio.sleep(1)
    show()


async def branch(depth):
    async with asyncio.TaskGroup() as group:
        if depth > 0:
            group.create_task(branch(depth - 1), name=f"branch {depth}")
        else:
            group.create_task(leaf(), name="leaf")


async def main():
    await branch(2)


asyncio.run(main())
