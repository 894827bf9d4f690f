"""Timeouts in a task that starts eagerly: entered in the creator's step, expiring later."""
import asyncio


async def work(delay):
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(delay) as limit:
            print("entered", limit, asyncio.current_task().get_name())
            await asyncio.sleep(3)
            print("slept")
    except TimeoutError:
        print("late", f"{loop.time():.3f}")
    return limit


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    tasks = [asyncio.create_task(work(delay), name=f"t{delay}") for delay in (1, 0, None, 5)]
    print("created")
    for task in tasks:
        print(await task)


asyncio.run(main())
