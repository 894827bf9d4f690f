"""Coroutines, tasks, futures and other awaitables may be gathered; only what is no future becomes a task."""
import asyncio


class Nap:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return work(self.value).__await__()


async def work(value):
    await asyncio.sleep(0)
    return value


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(2, future.set_result, "future")
    task = asyncio.create_task(work("task"), name="mine")
    gathering = asyncio.gather(work("coroutine"), task, future, Nap("awaitable"))
    print(sorted(t.get_name() for t in asyncio.all_tasks()))
    print(await gathering)


asyncio.run(main())
