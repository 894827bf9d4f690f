"""A task that has ended has no stack; of its waiters those that were not told yet are there."""
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


def show_safely(task):
    """Before 3.14.8 an ended coroutine is an entry without a frame, which cannot be shown (gh-156408)."""
    try:
        show(task)
    except AttributeError as error:
        print(error)


async def work(fails):
    await asyncio.sleep(0)
    if fails:
        raise ValueError("work")


async def main():
    for fails in (False, True):
        task = asyncio.create_task(work(fails), name=f"fails {fails}")
        await asyncio.sleep(1)
        show_safely(task)
        graph = asyncio.capture_call_graph(task)
        print(graph.future is task, graph.call_stack, graph.awaited_by)
        try:
            await task
        except ValueError as error:
            print(repr(error))
        show_safely(task)


asyncio.run(main())
