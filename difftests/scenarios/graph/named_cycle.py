"""Edges that go round in circles end in a RecursionError, as in CPython."""
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


async def main():
    a, b = asyncio.Future(), asyncio.Future()
    asyncio.future_add_to_awaited_by(a, b)
    asyncio.future_add_to_awaited_by(b, a)
    for function in (asyncio.capture_call_graph, asyncio.format_call_graph, asyncio.print_call_graph):
        try:
            function(a)
        except RecursionError:
            print("RecursionError")
    asyncio.future_discard_from_awaited_by(b, a)
    show(a)
    task = asyncio.current_task()
    asyncio.future_add_to_awaited_by(task, task)
    try:
        show()
    except RecursionError:
        print("RecursionError")


asyncio.run(main())
