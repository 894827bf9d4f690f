"""The stack of a task is its chain of coroutines, innermost first, each with the line that it is at."""
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


async def inner(future):
    x = 1
    await future


async def middle(future):
    await inner(future)


async def outer(future):
    await asyncio.sleep(0)
    await middle(
        future,
    )


async def main():
    future = asyncio.Future()
    task = asyncio.create_task(outer(future), name="t")
    show(task)
    await asyncio.sleep(0)
    show(task)
    await asyncio.sleep(0)
    show(task)
    show(future)
    future.set_result(None)
    show(task)
    show(future)
    await asyncio.sleep(0)
    show(task)


asyncio.run(main())
