"""An item that is put between the last task_done and the turn of those who join does not hold them."""
import asyncio


async def joiner(queue):
    await queue.join()
    print("joined", str(queue))


async def main():
    queue = asyncio.Queue()
    queue.put_nowait(1)
    task = asyncio.create_task(joiner(queue))
    await asyncio.sleep(0)
    queue.get_nowait()
    queue.task_done()
    queue.put_nowait(2)
    late = asyncio.create_task(joiner(queue))
    await asyncio.sleep(0)
    print(task.done(), late.done())
    queue.task_done()
    await late
    print(queue.get_nowait())


asyncio.run(main())
