"""Whoever comes while others wait stands behind them, even in the moment in which the lock is free."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(lock, name):
    print(name, "wants it")
    async with lock:
        print(name, "has it,", look(lock))
        await asyncio.sleep(0)
    print(name, "gave it up,", look(lock))


async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(user(lock, name)) for name in "abc"]
    await asyncio.sleep(0)
    lock.release()
    print("free, but not for me:", look(lock))
    await lock.acquire()
    print("main has it")
    lock.release()
    for task in tasks:
        await task


asyncio.run(main())
