"""Those who wait in put are woken one for each get, in their order; one that is overtaken queues again at the end."""
import asyncio


async def putter(name, queue):
    await queue.put(name)
    print(name, "put", queue.qsize())


async def main():
    queue = asyncio.Queue(1)
    queue.put_nowait("zero")
    tasks = [asyncio.create_task(putter(name, queue)) for name in "abc"]
    await asyncio.sleep(0)
    print(queue.get_nowait())
    queue.put_nowait("main")
    print("overtaken")
    await asyncio.sleep(0)
    for _ in range(4):
        print("main got", await queue.get())
        await asyncio.sleep(0)
    for task in tasks:
        await task
    print(queue.empty())


asyncio.run(main())
