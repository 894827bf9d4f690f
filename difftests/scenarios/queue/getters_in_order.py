"""Those who wait in get are woken one for each put, in the order in which they came."""
import asyncio


async def getter(name, queue):
    item = await queue.get()
    print(name, "got", item)


async def main():
    queue = asyncio.Queue()
    tasks = [asyncio.create_task(getter(name, queue)) for name in "abc"]
    await asyncio.sleep(0)
    queue.put_nowait(1)
    queue.put_nowait(2)
    print("two put")
    await asyncio.sleep(0)
    print("a turn later")
    queue.put_nowait(3)
    queue.put_nowait(4)
    for task in tasks:
        await task
    print(queue.qsize())


asyncio.run(main())
