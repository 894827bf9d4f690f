"""When the time is over every step that is left raises TimeoutError; nothing is cancelled."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(work(name, seconds)) for name, seconds in (("a", 1), ("b", 3), ("c", 5))]
    for step in asyncio.as_completed(tasks, timeout=2):
        try:
            print(loop.time(), await step)
        except TimeoutError as error:
            print(loop.time(), repr(error), error.__context__)
    print([task.done() for task in tasks])
    print(loop.time(), await asyncio.wait(tasks, timeout=10) is not None, [task.result() for task in tasks])


asyncio.run(main())
