"""A lock belongs to no task: whoever likes releases it, also a callback; and a task can wait for itself for ever."""
import asyncio


async def holder(lock):
    await lock.acquire()
    print("held by", asyncio.current_task().get_name())


async def waiter(lock):
    async with lock:
        print("waited")


async def main():
    loop = asyncio.get_running_loop()
    lock = asyncio.Lock()
    await asyncio.create_task(holder(lock), name="holder")
    task = asyncio.create_task(waiter(lock))
    loop.call_later(1, lock.release)
    await task
    print(loop.time(), lock.locked())
    await lock.acquire()
    print("never again")
    await lock.acquire()


asyncio.run(main())
