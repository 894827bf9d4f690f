"""Children of gather() have the task above them that called it, until their callback has run, or it has ended."""
# requires: 3.14.8
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


async def work(delay, fails=False):
    await asyncio.sleep(delay)
    if fails:
        raise ValueError(delay)


def names(future):
    return sorted(waiter.get_name() for waiter in future._asyncio_awaited_by or ())


def look(tasks):
    print([names(task) for task in tasks])


async def later(tasks):
    await asyncio.sleep(0.5)
    for task in tasks:
        show(task)


async def main():
    asyncio.current_task().set_name("main")
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(work(delay), name=f"work {delay}") for delay in (1, 2)]
    gathering = asyncio.gather(*tasks, asyncio.Future(), tasks[0])
    look(tasks)
    asyncio.create_task(later(tasks), name="later")
    loop.call_later(1.5, look, tasks)
    loop.call_later(2.5, gathering.cancel)
    try:
        await gathering
    except asyncio.CancelledError:
        look(tasks)
    tasks = [asyncio.create_task(work(delay, delay == 1), name=f"fails {delay}") for delay in (1, 2)]
    try:
        await asyncio.gather(*tasks)
    except ValueError as error:
        print(repr(error))
    look(tasks)
    print(await asyncio.gather(*tasks, return_exceptions=True))


asyncio.run(main())
