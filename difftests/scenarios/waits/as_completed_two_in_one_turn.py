"""Two futures that are done in one turn wake two steps; one that was cancelled meanwhile is passed over."""
import asyncio


async def take(name, step):
    try:
        print(name, await step)
    except asyncio.CancelledError:
        print(name, "cancelled")


async def begin(count):
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(count)]
    steps = list(asyncio.as_completed(futures))
    tasks = [asyncio.create_task(take(name, step)) for name, step in zip("abc", steps)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return futures, tasks


async def main():
    futures, tasks = await begin(3)
    print("two at once")
    futures[2].set_result("third")
    futures[0].set_result("first")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print([task.done() for task in tasks])
    futures[1].set_result("second")
    await asyncio.wait(tasks)

    futures, tasks = await begin(2)
    print("one is cancelled behind the future")
    futures[0].set_result("first")
    tasks[0].cancel()
    await asyncio.wait(tasks)


asyncio.run(main())
