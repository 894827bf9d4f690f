"""What as_completed() waits for has the task above it that called it, until its callback has run."""
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


async def work(delay):
    await asyncio.sleep(delay)


def names(future):
    return sorted(waiter.get_name() for waiter in future._asyncio_awaited_by or ())


async def consume(tasks):
    async for task in asyncio.as_completed(tasks):
        print(task.get_name(), [names(task) for task in tasks])


async def step_by_step(tasks):
    for step in asyncio.as_completed(tasks, timeout=1.5):
        try:
            await step
        except TimeoutError as error:
            print(repr(error))
        print([names(task) for task in tasks])


async def main():
    tasks = [asyncio.create_task(work(delay), name=f"work {delay}") for delay in (1, 2)]
    consuming = asyncio.create_task(consume(tasks), name="consume")
    await asyncio.sleep(0.5)
    for task in tasks:
        show(task)
    await consuming
    tasks = [asyncio.create_task(work(delay), name=f"work {delay}") for delay in (1, 2)]
    stepping = asyncio.create_task(step_by_step(tasks), name="steps")
    await asyncio.sleep(0.5)
    show(tasks[1])
    await stepping
    await tasks[1]


asyncio.run(main())
