"""An eager task has nobody below it while it starts: its stack ends with its own coroutine."""
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


async def child(future):
    show()
    await future
    show()


async def starter(future):
    await by_function(future)


async def by_function(future):
    task = asyncio.create_task(child(future), eager_start=True, name="function")
    show(task)
    loop = asyncio.get_running_loop()
    loop.create_task(child(future), eager_start=True, name="loop")


async def main():
    future = asyncio.Future()
    await starter(future)
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(child(future), name="factory")
    async with asyncio.TaskGroup() as group:
        group.create_task(child(future), name="group")
        print(sorted(task.get_name() for task in future._asyncio_awaited_by))
        future.set_result(None)
    await task


asyncio.run(main())
