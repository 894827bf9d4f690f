"""If all who wait are cancelled but have not run yet, a newcomer takes the lock at once."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(lock, name):
    try:
        await lock.acquire()
    except asyncio.CancelledError:
        print(name, "cancelled,", look(lock))
        return
    print(name, "has it")


async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(user(lock, name)) for name in "ab"]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    lock.release()
    print(look(lock))
    await lock.acquire()
    print("main has it,", look(lock))
    await asyncio.sleep(0)
    print(look(lock))


asyncio.run(main())
