"""A bounded semaphore refuses a release beyond its first value."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(semaphore, name):
    async with semaphore:
        print(name, look(semaphore))


async def main():
    semaphore = asyncio.BoundedSemaphore(2)
    print(look(semaphore), isinstance(semaphore, asyncio.Semaphore))
    for _ in range(2):
        try:
            semaphore.release()
        except ValueError as error:
            print(error)
    await semaphore.acquire()
    await semaphore.acquire()
    tasks = [asyncio.create_task(user(semaphore, name)) for name in "abc"]
    await asyncio.sleep(0)
    semaphore.release()
    semaphore.release()
    for task in tasks:
        await task
    print(look(semaphore))
    try:
        async with semaphore:
            semaphore.release()
            print(look(semaphore))
    except ValueError as error:
        print(error)
    print(look(asyncio.BoundedSemaphore()), look(asyncio.BoundedSemaphore(0)))


asyncio.run(main())
