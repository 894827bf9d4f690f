"""A put reserves nothing: who runs first gets the item, and the one that was woken queues again at the end."""
import asyncio


async def getter(name, queue):
    print(name, "waits")
    item = await queue.get()
    print(name, "got", item)


async def main():
    queue = asyncio.Queue()
    first = asyncio.create_task(getter("first", queue))
    second = asyncio.create_task(getter("second", queue))
    await asyncio.sleep(0)
    queue.put_nowait("one")
    print("main takes", queue.get_nowait())
    await asyncio.sleep(0)
    print("first has queued behind second")
    queue.put_nowait("two")
    queue.put_nowait("three")
    await first
    await second


asyncio.run(main())
