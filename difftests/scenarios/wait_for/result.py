"""wait_for gives the result of a coroutine, a future, a task, and any awaitable, in the calling task."""
import asyncio


class Awaitable:
    def __await__(self):
        yield
        return asyncio.current_task().get_name()


async def value(x):
    await asyncio.sleep(1)
    return x, asyncio.current_task().get_name()


async def main():
    loop = asyncio.get_running_loop()
    for timeout in (None, 5, 5.0):
        print(await asyncio.wait_for(value(1), timeout))
        future = loop.create_future()
        loop.call_later(1, future.set_result, "future")
        print(await asyncio.wait_for(future, timeout))
        print(await asyncio.wait_for(future, timeout))
        print(await asyncio.wait_for(asyncio.create_task(value(2), name="other"), timeout))
        print(await asyncio.wait_for(Awaitable(), timeout))
        print(await asyncio.wait_for(asyncio.sleep(1, "slept"), timeout))
    print(f"{loop.time():.3f}")


asyncio.run(main())
