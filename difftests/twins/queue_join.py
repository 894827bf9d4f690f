"""put waits for a place, join until each item is done; a worker that is cancelled in get takes nothing along."""
import asyncio


async def worker(queue, name):
    while True:
        try:
            item = await queue.get()
        except asyncio.CancelledError as error:
            print(name, repr(error))
            raise
        print(name, "got", item, f"{asyncio.get_running_loop().time():.3f}")
        await asyncio.sleep(item)
        queue.task_done()


async def main():
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue(2)
    workers = [asyncio.create_task(worker(queue, name)) for name in "ab"]
    for item in (3, 1, 1, 2, 1, 1):
        await queue.put(item)
        print("put", item, queue.qsize(), f"{loop.time():.3f}")
    await queue.join()
    print("joined", f"{loop.time():.3f}")
    for task in workers:
        task.cancel("no more")
    await asyncio.wait(workers)
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty as error:
        print(repr(error))
    try:
        queue.task_done()
    except ValueError as error:
        print(repr(error))


asyncio.run(main())
