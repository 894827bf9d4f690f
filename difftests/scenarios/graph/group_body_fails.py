"""Children of a group that aborts keep their parent until they have ended."""
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


def names(task):
    waiters = task._asyncio_awaited_by
    return waiters if waiters is None else sorted(waiter.get_name() for waiter in waiters)


async def child(name):
    try:
        await asyncio.sleep(9)
    finally:
        print(name, names(asyncio.current_task()))
        await asyncio.sleep(1)
        show()


async def main():
    asyncio.current_task().set_name("main")
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(child(name), name=name) for name in "ab"]
            await asyncio.sleep(1)
            raise ValueError("the body")
    except* ValueError as errors:
        print(repr(errors))
    print([names(task) for task in tasks])


asyncio.run(main())
