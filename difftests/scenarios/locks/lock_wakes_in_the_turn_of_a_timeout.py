"""The lock becomes free in the turn in which a wait for it times out: the timeout wins, and the next one gets the lock."""
import asyncio


async def user(lock, name, delay):
    try:
        async with asyncio.timeout(delay):
            await lock.acquire()
        print(name, "has it")
    except TimeoutError:
        print(name, "timed out", lock.locked())


async def main():
    loop = asyncio.get_running_loop()
    for early in (True, False):
        lock = asyncio.Lock()
        await lock.acquire()
        at = loop.time() + 1
        if early:
            loop.call_at(at, lock.release)
        tasks = [asyncio.create_task(user(lock, name, delay)) for name, delay in (("a", 1), ("b", 5))]
        await asyncio.sleep(0)
        if not early:
            loop.call_at(at, lock.release)
        for task in tasks:
            await task
        print(lock.locked(), loop.time())


asyncio.run(main())
