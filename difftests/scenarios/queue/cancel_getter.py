"""A getter that is cancelled: while it waits, after it was woken (it wakes the next), and when the item is gone."""
import asyncio


async def getter(name, queue):
    try:
        item = await queue.get()
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args, queue.qsize())
        raise
    print(name, "got", item)


def start(queue, names):
    return [asyncio.create_task(getter(name, queue), name=name) for name in names]


async def end(tasks):
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError:
            print(task.get_name(), "ended")


async def main():
    queue = asyncio.Queue()
    print("while it waits")
    tasks = start(queue, "ab")
    await asyncio.sleep(0)
    tasks[0].cancel("why")
    queue.put_nowait(1)
    await end(tasks)
    print("after its wake-up")
    tasks = start(queue, "ab")
    await asyncio.sleep(0)
    queue.put_nowait(2)
    tasks[0].cancel()
    await end(tasks)
    print("after its wake-up, the item is gone")
    tasks = start(queue, "ab")
    await asyncio.sleep(0)
    queue.put_nowait(3)
    tasks[0].cancel()
    print(queue.get_nowait())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("b still waits", not tasks[1].done())
    queue.put_nowait(4)
    await end(tasks)
    print("before its start")
    tasks = start(queue, "a")
    tasks[0].cancel()
    await end(tasks)


asyncio.run(main())
