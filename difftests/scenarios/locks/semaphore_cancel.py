"""One who waits for a unit is cancelled: before it was handed over, and after, when it goes to the next one."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(semaphore, name):
    try:
        await semaphore.acquire()
        print(name, "has a unit,", look(semaphore))
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args, look(semaphore))


async def main():
    for plan in ("before", "after", "both", "all"):
        semaphore = asyncio.Semaphore(0)
        tasks = [asyncio.create_task(user(semaphore, name)) for name in "abcd"]
        await asyncio.sleep(0)
        if plan in ("before", "both"):
            tasks[0].cancel("before")
        semaphore.release()
        if plan != "all":
            semaphore.release()
        if plan in ("after", "both"):
            tasks[1].cancel("after")
        if plan == "all":
            for task in tasks:
                task.cancel()
        print(plan, look(semaphore), semaphore.locked())
        await asyncio.sleep(0)
        print(look(semaphore))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        print(look(semaphore), [task.done() for task in tasks])
        for _ in tasks:
            semaphore.release()
        for task in tasks:
            await task
        print(look(semaphore))


asyncio.run(main())
