"""Nobody will ever put, and the items are never done: the program ends as a deadlock."""
import asyncio


async def main():
    queue = asyncio.Queue()
    queue.put_nowait(1)
    task = asyncio.create_task(queue.join())
    await asyncio.sleep(0)
    print(queue.get_nowait(), task.done())
    await queue.get()


asyncio.run(main())
