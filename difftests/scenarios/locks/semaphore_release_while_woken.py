"""A release wakes who waits even if the semaphore is not at zero, because one who was woken has not run yet."""
import asyncio


async def acquire(name, semaphore):
    await semaphore.acquire()
    print(name)


async def main():
    loop = asyncio.get_running_loop()
    semaphore = asyncio.Semaphore(0)
    first = asyncio.create_task(acquire("first", semaphore))
    await asyncio.sleep(0)
    semaphore.release()
    semaphore.release()
    print(semaphore.locked(), repr(semaphore).partition(" [")[2])
    second = asyncio.Task(acquire("second", semaphore), loop=loop, eager_start=True)
    print(semaphore.locked(), repr(semaphore).partition(" [")[2])
    semaphore.release()
    loop.call_soon(print, "callback")
    print(semaphore.locked(), repr(semaphore).partition(" [")[2])
    await first
    await second
    print(semaphore.locked(), repr(semaphore).partition(" [")[2])


asyncio.run(main())
