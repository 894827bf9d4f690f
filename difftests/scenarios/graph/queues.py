"""What waits for a queue: the methods that it is in."""
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


async def get(queue):
    await queue.get()


async def put(queue):
    await queue.put(1)


async def join(queue):
    await queue.join()


async def main():
    empty, full, busy = asyncio.Queue(), asyncio.Queue(1), asyncio.PriorityQueue()
    full.put_nowait(1)
    busy.put_nowait(1)
    tasks = [asyncio.create_task(body) for body in (get(empty), put(full), join(busy), get(asyncio.LifoQueue()))]
    await asyncio.sleep(0)
    for task in tasks:
        show(task)
    for task in tasks:
        task.cancel()


asyncio.run(main())
