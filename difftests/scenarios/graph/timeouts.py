"""What is waited for with a timeout has the task above it; wait_for() is in the stack, timeout() is not."""
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


async def work(delay):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError:
        await asyncio.sleep(1)
        raise


def names(future):
    return sorted(waiter.get_name() for waiter in future._asyncio_awaited_by or ())


async def with_timeout(task):
    async with asyncio.timeout(2):
        await task


async def with_wait_for(task, timeout):
    try:
        await asyncio.wait_for(task, timeout)
    except TimeoutError as error:
        print(repr(error), names(task) if isinstance(task, asyncio.Future) else "")


async def main():
    tasks = [asyncio.create_task(work(9), name=f"work {number}") for number in range(3)]
    waiting = [
        asyncio.create_task(with_timeout(tasks[0]), name="timeout"),
        asyncio.create_task(with_wait_for(tasks[1], 2), name="wait_for"),
        asyncio.create_task(with_wait_for(tasks[2], 0), name="at once"),
        asyncio.create_task(with_wait_for(work(3), 2), name="coroutine"),
    ]
    await asyncio.sleep(0.5)
    for task in [*tasks, waiting[3]]:
        show(task)
    await asyncio.sleep(2)
    for task in [*tasks, waiting[3]]:
        show_safely(task)
    for task in waiting:
        try:
            await task
        except TimeoutError as error:
            print(repr(error))


def show_safely(task):
    if not task.done():
        show(task)


asyncio.run(main())
