"""What wait() waits for has the task above it, until its callback has run, or wait() has ended."""
# requires: 3.14.7
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


async def watch(tasks):
    for task in tasks:
        show(task)


async def main():
    asyncio.current_task().set_name("main")
    future = asyncio.Future()
    tasks = [asyncio.create_task(work(delay), name=f"work {delay}") for delay in (1, 2, 3)]
    asyncio.create_task(watch(tasks))
    loop = asyncio.get_running_loop()
    loop.call_later(1.5, lambda: print([names(task) for task in [*tasks, future]]))
    done, pending = await asyncio.wait([*tasks, future], timeout=2.5)
    print(len(done), len(pending), [names(task) for task in [*tasks, future]])
    loop.call_later(0.1, lambda: print([names(task) for task in [*tasks, future]]))
    await asyncio.wait([tasks[0], tasks[2]], return_when=asyncio.FIRST_COMPLETED)
    waiting = asyncio.create_task(asyncio.wait([tasks[2], future]), name="waiting")
    await asyncio.sleep(0)
    show(future)
    waiting.cancel()
    print(names(future), names(tasks[2]))
    await asyncio.sleep(0)
    print(names(future), names(tasks[2]))
    await tasks[2]


asyncio.run(main())
