"""Woken and cancelled before it runs: it wakes the next one, unless the lock was taken meanwhile."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(lock, name):
    try:
        async with lock:
            print(name, "has it")
    except asyncio.CancelledError:
        print(name, "cancelled,", look(lock))


async def passes_on():
    lock = asyncio.Lock()
    await lock.acquire()
    first, second = [asyncio.create_task(user(lock, name)) for name in "ab"]
    await asyncio.sleep(0)
    lock.release()
    first.cancel()
    print(look(lock))
    await first
    await second


async def two_woken():
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(user(lock, name)) for name in "cde"]
    await asyncio.sleep(0)
    tasks[0].cancel()
    lock.release()
    print("the first was cancelled before the release:", look(lock))
    tasks[1].cancel()
    for task in tasks:
        await task


asyncio.run(passes_on())
asyncio.run(two_woken())
