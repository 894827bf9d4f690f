"""The creator of an eager task is in the middle of a step: only its own coroutine shows then."""
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


async def child(creator):
    show(creator)


async def helper(creator):
    asyncio.create_task(child(creator), eager_start=True, name="child")


async def outer():
    await helper(asyncio.current_task())


async def main():
    await asyncio.create_task(outer(), name="outer")


asyncio.run(main())
