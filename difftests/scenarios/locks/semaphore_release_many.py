"""Releases without acquires, also while all who wait have their unit but have not run."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(semaphore, name):
    await semaphore.acquire()
    print(name, "has a unit,", look(semaphore))


async def main():
    semaphore = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(user(semaphore, name)) for name in "ab"]
    await asyncio.sleep(0)
    for _ in range(4):
        semaphore.release()
        print(look(semaphore), semaphore.locked())
    late = asyncio.create_task(user(semaphore, "late"))
    await late
    print([task.done() for task in tasks], look(semaphore))
    later = [asyncio.create_task(user(semaphore, name)) for name in "cd"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print([task.done() for task in later], look(semaphore))
    semaphore.release()
    semaphore.release()
    for task in later:
        await task


asyncio.run(main())
