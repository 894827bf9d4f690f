"""A step is cancelled while it waits, before it begins, and after it was woken: the other steps get the results."""
import asyncio


async def show(name, step):
    try:
        print(name, await step)
    except asyncio.CancelledError as error:
        print(name, repr(error))


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(3)]
    steps = list(asyncio.as_completed(futures))
    tasks = [asyncio.create_task(show(name, step)) for name, step in zip("abc", steps)]
    await asyncio.sleep(0)
    tasks[0].cancel("while it waits")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    futures[0].set_result("first")
    await asyncio.sleep(0)
    print("woken", tasks[1].done())
    tasks[1].cancel("after it was woken")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    futures[1].set_result("second")
    futures[2].set_result("third")
    await asyncio.wait(tasks)
    print([task.done() for task in tasks])


asyncio.run(main())
