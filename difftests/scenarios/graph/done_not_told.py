"""A future that is done keeps those who wait until they are woken."""
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


async def waiter(future):
    try:
        await future
    except asyncio.CancelledError:
        print("cancelled", names(future))
        raise
    print("woken", names(future))


def names(future):
    return sorted(waiter.get_name() for waiter in future._asyncio_awaited_by or ())


async def ended():
    pass


async def main():
    for cancels in (False, True):
        future = asyncio.Future()
        tasks = [asyncio.create_task(waiter(future), name=name) for name in "abc"]
        await asyncio.sleep(0)
        print(names(future))
        if cancels:
            tasks[1].cancel()
        else:
            future.set_result(None)
        print(names(future))
        future.add_done_callback(lambda future: print("callback", names(future)))
        print([names(task) for task in tasks])
        await asyncio.sleep(0)
        print(names(future))
    task = asyncio.create_task(ended(), name="ended")
    above = asyncio.create_task(waiter(task), name="above")
    asyncio.get_running_loop().call_soon(lambda: print("in the same turn", task.done(), names(task)))
    await asyncio.sleep(0)
    show(task)
    await asyncio.sleep(0)
    show(task)


asyncio.run(main())
