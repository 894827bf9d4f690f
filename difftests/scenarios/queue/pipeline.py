"""Producers, two stages and a sink, through bounded queues of each kind."""
import asyncio


async def producer(number, out):
    for item in range(4):
        await asyncio.sleep(number * 0.1)
        await out.put(number * 10 + item)


async def stage(name, source, sink):
    while True:
        item = await source.get()
        await asyncio.sleep(0.05)
        await sink.put((item % 3, item))
        source.task_done()


async def collect(source, seen):
    while True:
        seen.append(await source.get())
        source.task_done()


async def main():
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        first, second, seen = asyncio.Queue(2), kind(3), []
        helpers = [asyncio.create_task(stage(n, first, second)) for n in range(2)]
        helpers.append(asyncio.create_task(collect(second, seen)))
        async with asyncio.TaskGroup() as group:
            for number in (1, 2, 3):
                group.create_task(producer(number, first))
        await first.join()
        await second.join()
        print(kind.__name__, seen, f"{asyncio.get_running_loop().time():.2f}")
        for task in helpers:
            task.cancel()
        await asyncio.sleep(0)


asyncio.run(main())
