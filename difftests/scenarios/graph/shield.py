"""What shield() holds has the task above it that called it, until it or the outer future is done."""
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
    await asyncio.sleep(delay)


def names(future):
    return sorted(waiter.get_name() for waiter in future._asyncio_awaited_by or ())


async def shielded(task):
    await asyncio.shield(task)


async def main():
    asyncio.current_task().set_name("main")
    task = asyncio.create_task(work(2), name="work")
    outer = asyncio.shield(task)
    print(names(task), names(outer))
    waiting = asyncio.create_task(shielded(task), name="shielded")
    await asyncio.sleep(0.5)
    print(names(task))
    waiting.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(names(task), names(outer))
    await outer
    print(names(task), names(outer))
    task = asyncio.create_task(work(1), name="again")
    outer = asyncio.shield(task)
    show(task)
    outer.cancel()
    await asyncio.sleep(0)
    print(names(task), names(outer))
    await task


asyncio.run(main())
