"""A putter that is cancelled: while it waits, after it was woken (it wakes the next), and when there is no room again."""
import asyncio


async def putter(name, queue):
    try:
        await queue.put(name)
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args, queue.full())
        raise
    print(name, "put")


def start(queue, names):
    return [asyncio.create_task(putter(name, queue), name=name) for name in names]


async def end(tasks):
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError:
            print(task.get_name(), "ended")


async def main():
    queue = asyncio.Queue(1)
    queue.put_nowait("x")
    print("while it waits")
    tasks = start(queue, "ab")
    await asyncio.sleep(0)
    tasks[0].cancel("why")
    print(queue.get_nowait())
    await end(tasks)
    print("after its wake-up")
    tasks = start(queue, "cd")
    await asyncio.sleep(0)
    print(queue.get_nowait())
    tasks[0].cancel()
    await end(tasks)
    print("after its wake-up, there is no room again")
    tasks = start(queue, "ef")
    await asyncio.sleep(0)
    print(queue.get_nowait())
    tasks[0].cancel()
    queue.put_nowait("y")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("f still waits", not tasks[1].done())
    print(queue.get_nowait())
    await end(tasks)
    print(queue.get_nowait(), queue.empty())


asyncio.run(main())
