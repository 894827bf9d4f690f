"""When the time is over an async for raises TimeoutError; its other steps raise it, too, if somebody asks."""
# requires: 3.13
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(work(name, seconds)) for name, seconds in (("a", 1), ("b", 3), ("c", 5))]
    steps = asyncio.as_completed(tasks, timeout=2)
    for attempt in range(4):
        try:
            async for done in steps:
                print(loop.time(), done.result())
            print("the end")
        except TimeoutError as error:
            print(loop.time(), repr(error))
    print([task.done() for task in tasks])


asyncio.run(main())
