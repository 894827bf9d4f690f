"""A positive limit keeps the outermost frames, a negative one the innermost, of each stack; 0 keeps none."""
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


async def one():
    await two()


async def two():
    await three()


async def three():
    await asyncio.sleep(1)


async def running():
    def f():
        for limit in (None, 0, 1, 2, 9, -1, -2, -9):
            print("limit", limit)
            show(limit=limit)

    f()


async def nested():
    await running()


async def main():
    task = asyncio.create_task(one(), name="one")
    other = asyncio.create_task(nested(), name="nested")
    asyncio.future_add_to_awaited_by(other, task)
    await asyncio.sleep(0.5)
    for limit in (None, 0, 1, 2, 9, -1, -2, -9):
        print("limit", limit)
        show(task, limit=limit)
    await task


asyncio.run(main())
