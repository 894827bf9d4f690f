"""Units are handed over in the order of coming; locked() is true while somebody waits."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(semaphore, name):
    async with semaphore:
        print(name, "has a unit,", look(semaphore))
        await asyncio.sleep(0)
    print(name, "gave it back,", look(semaphore))


async def main():
    semaphore = asyncio.Semaphore(2)
    print(look(semaphore), look(asyncio.Semaphore()), look(asyncio.Semaphore(0)))
    tasks = [asyncio.create_task(user(semaphore, name)) for name in "abcde"]
    await asyncio.sleep(0)
    semaphore.release()
    print("one more,", look(semaphore), semaphore.locked())
    print(await semaphore.acquire(), "for main,", look(semaphore))
    for task in tasks:
        await task
    print(look(semaphore), semaphore.locked())


asyncio.run(main())
