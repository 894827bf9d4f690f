"""The main task, and what run() does around it: nobody waits for it as a task."""
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


async def helper(main):
    await asyncio.sleep(1)
    show(main)


async def main():
    task = asyncio.create_task(helper(asyncio.current_task()), name="helper")
    print(asyncio.current_task()._asyncio_awaited_by)
    await task


asyncio.run(main())
