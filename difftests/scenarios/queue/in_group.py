"""Consumers in a task group: one that fails cancels the others where they wait, and the producer in its put."""
import asyncio


async def consumer(name, queue):
    try:
        while True:
            item = await queue.get()
            print(name, item)
            if item == 3:
                raise ValueError(item)
            await asyncio.sleep(1)
            queue.task_done()
    finally:
        print(name, "ends", str(queue))


async def producer(queue):
    try:
        for item in range(9):
            await queue.put(item)
    finally:
        print("producer ends at", item)


async def main():
    queue = asyncio.Queue(2)
    try:
        async with asyncio.TaskGroup() as group:
            for name in "ab":
                group.create_task(consumer(name, queue))
            group.create_task(producer(queue))
            await queue.join()
    except* ValueError as errors:
        print(errors.exceptions)
    print(str(queue), asyncio.get_running_loop().time())


asyncio.run(main())
