"""The documentation's shutdown of a queue: who waits is told, immediately or when the queue is empty."""
# requires: 3.13
import asyncio


async def worker(name, queue):
    try:
        while True:
            print(name, await queue.get())
            queue.task_done()
            await asyncio.sleep(1)
    except asyncio.QueueShutDown:
        print(name, "ends at", asyncio.get_running_loop().time())


async def main():
    for immediate in (False, True):
        queue = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for name in "AB":
                group.create_task(worker(name, queue))
            for item in range(5):
                queue.put_nowait(item)
            await asyncio.sleep(0.5)
            queue.shutdown(immediate=immediate)
            try:
                queue.put_nowait(5)
            except asyncio.QueueShutDown:
                print("no more")


asyncio.run(main())
