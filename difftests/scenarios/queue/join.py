"""join waits until task_done was called for every item; it does not suspend when there is none; several may join."""
import asyncio


async def worker(queue):
    while True:
        item = await queue.get()
        await asyncio.sleep(item)
        print("done", item)
        queue.task_done()


async def joiner(name, queue):
    print(name, await queue.join())


async def main():
    queue = asyncio.Queue()
    await queue.join()
    print("nothing to wait for")
    try:
        queue.task_done()
    except ValueError as error:
        print(repr(error))
    for item in (2, 1, 3):
        queue.put_nowait(item)
    workers = [asyncio.create_task(worker(queue)) for _ in range(2)]
    joiners = [asyncio.create_task(joiner(name, queue)) for name in "ab"]
    await queue.join()
    print("joined", asyncio.get_running_loop().time(), str(queue))
    for task in joiners:
        await task
    for task in workers:
        task.cancel()
    try:
        queue.task_done()
    except ValueError as error:
        print(error)


asyncio.run(main())
