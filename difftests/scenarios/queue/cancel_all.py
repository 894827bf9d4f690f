"""All who wait are cancelled in one turn; the queue then works as before, and no item is lost."""
import asyncio


async def main():
    queue = asyncio.Queue(1)
    getters = [asyncio.create_task(queue.get()) for _ in range(3)]
    await asyncio.sleep(0)
    print(str(queue))
    queue.put_nowait("kept")
    print(str(queue))
    for task in getters:
        task.cancel()
    print(str(queue))
    await asyncio.sleep(0)
    print([task.cancelled() for task in getters], str(queue))
    putters = [asyncio.create_task(queue.put(n)) for n in range(3)]
    await asyncio.sleep(0)
    print(str(queue))
    for task in putters:
        task.cancel()
    await asyncio.sleep(0)
    print([task.cancelled() for task in putters], str(queue))
    print(await queue.get(), str(queue))


asyncio.run(main())
