"""A thousand eager tasks that wait, one started after the other: none is nested in another, so there is no limit."""
import asyncio


async def wait(future):
    await future
    return 1


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    future = loop.create_future()
    tasks = [asyncio.create_task(wait(future)) for _ in range(1000)]
    print(sum(task.done() for task in tasks))
    future.set_result(None)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(sum(task.result() for task in tasks))
    print(asyncio.create_task(wait(future)).done())


asyncio.run(main())
