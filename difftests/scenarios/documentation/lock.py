"""The documentation's Lock: with it, and by hand with acquire and release."""
import asyncio


async def job(lock, name):
    async with lock:
        print(name, "has the shared state")
        await asyncio.sleep(1)
    await lock.acquire()
    try:
        print(name, "has it again")
    finally:
        lock.release()


async def main():
    lock = asyncio.Lock()
    await asyncio.gather(job(lock, "A"), job(lock, "B"), job(lock, "C"))
    print(lock.locked())


asyncio.run(main())
