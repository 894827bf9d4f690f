"""shutdown(immediate=True) throws the items away and counts each as done, so that join may end."""
# requires: 3.13
import asyncio


async def joiner(name, queue):
    await queue.join()
    print(name, "joined", str(queue))


async def main():
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        queue = kind()
        for item in range(3):
            queue.put_nowait(item)
        task = asyncio.create_task(joiner("first", queue))
        await asyncio.sleep(0)
        queue.shutdown(immediate=True)
        print(str(queue))
        await task
        queue = kind()
        for item in range(3):
            queue.put_nowait(item)
        queue.get_nowait()
        task = asyncio.create_task(joiner("second", queue))
        await asyncio.sleep(0)
        queue.shutdown(immediate="yes")
        await asyncio.sleep(0)
        print(task.done(), str(queue))
        queue.task_done()
        await task
        try:
            queue.task_done()
        except ValueError as error:
            print(error)


asyncio.run(main())
