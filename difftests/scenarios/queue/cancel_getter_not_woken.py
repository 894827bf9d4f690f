"""A getter that was cancelled before an item came wakes nobody: who waits keeps the place in the line."""
import asyncio


async def get(name, queue):
    print(name, "got", await queue.get())


async def main():
    queue = asyncio.Queue()
    tasks = [asyncio.create_task(get(name, queue)) for name in "abcd"]
    await asyncio.sleep(0)
    tasks[0].cancel()
    queue.put_nowait(1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    queue.put_nowait(2)
    queue.put_nowait(3)
    await asyncio.wait(tasks)
    print(tasks[0].cancelled(), queue)


asyncio.run(main())
