"""A task that others wait for, too, is cancelled for all of them by a wait that is late."""
import asyncio


async def slow():
    await asyncio.sleep(10)


async def waits(name, task, timeout):
    try:
        await asyncio.wait_for(task, timeout)
    except BaseException as error:
        print(name, repr(error))


async def main():
    task = asyncio.create_task(slow(), name="slow")
    waiters = [asyncio.create_task(waits(f"w{timeout}", task, timeout)) for timeout in (3, 1, None)]
    for waiter in waiters:
        await waiter
    print(task.cancelled())


asyncio.run(main())
