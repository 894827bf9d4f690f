"""A cancelled task waits for what it waits for until it is woken; cleaning up, it waits for something else."""
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


async def work(future, other):
    try:
        await future
    finally:
        await other


def names(future):
    return sorted(waiter.get_name() for waiter in future._asyncio_awaited_by or ())


async def main():
    future, other = asyncio.Future(), asyncio.Future()
    task = asyncio.create_task(work(future, other), name="work")
    await asyncio.sleep(0)
    print(names(future), names(other))
    task.cancel()
    print(names(future), names(other))
    show(task)
    await asyncio.sleep(0)
    print(names(future), names(other))
    show(task)
    other.set_result(None)
    await asyncio.sleep(0)
    print(names(future), names(other), task.cancelled())


asyncio.run(main())
