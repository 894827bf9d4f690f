"""The documentation's Semaphore: at most two work with the shared resource at a time."""
import asyncio


async def job(sem, name):
    async with sem:
        print(name, "begins at", asyncio.get_running_loop().time())
        await asyncio.sleep(1)


async def main():
    sem = asyncio.Semaphore(2)
    await asyncio.gather(*(job(sem, name) for name in "ABCDE"))
    await sem.acquire()
    try:
        print("by hand", sem.locked())
    finally:
        sem.release()


asyncio.run(main())
