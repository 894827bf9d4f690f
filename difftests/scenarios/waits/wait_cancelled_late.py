"""A task that waits is cancelled when a future is done: before the callback, after it, and after the timer."""
import asyncio


async def waiter(name, futures, timeout=None):
    try:
        done, pending = await asyncio.wait(futures, timeout=timeout)
        print(name, len(done), len(pending))
    except asyncio.CancelledError as error:
        print(name, repr(error), [future.done() for future in futures])


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    task = asyncio.create_task(waiter("before the callback", [future]))
    await asyncio.sleep(0)
    future.set_result(1)
    task.cancel("now")
    await task
    future = loop.create_future()
    task = asyncio.create_task(waiter("after the callback", [future]))
    await asyncio.sleep(0)
    future.set_result(1)
    loop.call_soon(task.cancel, "now")
    await task
    future = loop.create_future()
    task = asyncio.create_task(waiter("after the timer", [future], 1))
    await asyncio.sleep(0)
    loop.call_later(1, task.cancel, "now")
    await task
    future = loop.create_future()
    task = asyncio.create_task(waiter("before it starts", [future], 1))
    task.cancel("now")
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error))
    print(future)


asyncio.run(main())
