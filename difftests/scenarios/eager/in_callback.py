"""An eager task that is made by a callback: there is no current task to put back."""
import asyncio


async def body(future):
    print("first step in", asyncio.current_task().get_name())
    await future
    print("second step in", asyncio.current_task().get_name())


def make(loop, future, tasks):
    tasks.append(loop.create_task(body(future), name="made by a callback"))
    print("the callback goes on", asyncio.current_task())


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    future = loop.create_future()
    tasks = []
    loop.call_later(1, make, loop, future, tasks)
    loop.call_later(2, future.set_result, None)
    await asyncio.sleep(3)
    print(tasks[0].done())


asyncio.run(main())
