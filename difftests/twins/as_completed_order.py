"""as_completed gives futures as they end; when its time is over, each step that is left raises TimeoutError."""
import asyncio


async def child(name, delay, fails):
    await asyncio.sleep(delay)
    if fails:
        raise ValueError(name)
    return name


async def main():
    loop = asyncio.get_running_loop()
    some = [("a", 3, False), ("b", 1, True), ("c", 1, False), ("d", 9, False), ("e", 7, False)]
    tasks = [asyncio.create_task(child(*one)) for one in some]
    for step in asyncio.as_completed(tasks, timeout=5):
        try:
            print(repr(await step), f"{loop.time():.3f}")
        except (ValueError, TimeoutError) as error:
            print(repr(error), f"{loop.time():.3f}")
    print([task.done() for task in tasks])


asyncio.run(main())
