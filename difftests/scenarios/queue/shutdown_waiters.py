"""shutdown wakes all who wait in get and in put, getters first; they look again and raise QueueShutDown."""
# requires: 3.13
import asyncio


async def getter(name, queue):
    try:
        print(name, "got", await queue.get())
    except asyncio.QueueShutDown as error:
        print(name, repr(error), error.__context__)


async def putter(name, queue):
    try:
        await queue.put(name)
        print(name, "put")
    except asyncio.QueueShutDown as error:
        print(name, repr(error), str(queue))


async def main():
    queue = asyncio.Queue(1)
    tasks = [asyncio.create_task(getter(name, queue)) for name in "abc"]
    await asyncio.sleep(0)
    queue.put_nowait("item")
    tasks[1].cancel()
    queue.shutdown()
    print(str(queue))
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled")
    queue = asyncio.Queue(1)
    queue.put_nowait("x")
    tasks = [asyncio.create_task(putter(name, queue)) for name in "de"]
    await asyncio.sleep(0)
    queue.shutdown()
    print(str(queue))
    for task in tasks:
        await task
    queue = asyncio.Queue(1)
    queue.put_nowait("x")
    tasks = [asyncio.create_task(putter(name, queue)) for name in "fg"]
    await asyncio.sleep(0)
    queue.shutdown(immediate=True)
    tasks[0].cancel("late")
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError as error:
            print("cancelled", error.args)
    print(str(queue))


asyncio.run(main())
