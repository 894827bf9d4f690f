"""A task that awaits another is above it; so it goes on up to who waits for nobody."""
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


async def worker():
    await asyncio.sleep(2)


async def waits_for(task):
    await task


async def main():
    bottom = asyncio.create_task(worker(), name="bottom")
    middle = asyncio.create_task(waits_for(bottom), name="middle")
    top = asyncio.create_task(waits_for(middle), name="top")
    show(bottom)
    await asyncio.sleep(1)
    show(bottom)
    show(top)
    await top
    show(bottom)


asyncio.run(main())
