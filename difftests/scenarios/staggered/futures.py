"""A function may give a future, a task or an object with an __await__ of its own."""
import asyncio
from asyncio.staggered import staggered_race


class Awaitable:
    def __await__(self):
        yield
        return "awaitable"


async def work(result):
    await asyncio.sleep(1)
    return result


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(3, future.set_result, "future")
    print(await staggered_race([lambda: future, lambda: asyncio.create_task(work("task"))], 5))
    print(await staggered_race([Awaitable, lambda: asyncio.sleep(1, "native")], 5))
    done = loop.create_future()
    done.set_exception(ValueError("done"))
    print(await staggered_race([lambda: done, lambda: asyncio.sleep(1, "native")], 5))
    waiting = loop.create_future()
    print(await staggered_race([lambda: waiting, lambda: asyncio.create_task(work("task"))], 1))
    print(waiting.cancelled())


asyncio.run(main())
