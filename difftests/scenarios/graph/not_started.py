"""A task that has not started is at the first line of its coroutine; one that is cancelled before never runs it."""
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


async def work(
    number,
):
    await asyncio.sleep(number)


async def waits(task):
    await task


async def main():
    task = asyncio.create_task(work(1), name="work")
    show(task)
    other = asyncio.create_task(waits(task), name="waits")
    task.cancel()
    show(task)
    await asyncio.sleep(0)
    show(task)
    await asyncio.sleep(0)
    show(other)


asyncio.run(main())
