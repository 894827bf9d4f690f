"""The documentation's set of background tasks: each one is kept until it is done, and takes itself out."""
import asyncio


async def some_coro(param):
    await asyncio.sleep(param)
    print("ran", param)


async def main():
    background_tasks = set()
    for i in range(10):
        task = asyncio.create_task(some_coro(param=i))
        background_tasks.add(task)
        task.add_done_callback(background_tasks.discard)
    await asyncio.sleep(4.5)
    print(len(background_tasks), "left")
    await asyncio.sleep(5)
    print(len(background_tasks), "left")


asyncio.run(main())
