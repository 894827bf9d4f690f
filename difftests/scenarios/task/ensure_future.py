"""ensure_future gives a future as it is and makes a task of a coroutine or another awaitable."""
import asyncio


class Awaitable:
    def __await__(self):
        yield
        return 7


async def value(x):
    await asyncio.sleep(0)
    return x


async def main():
    task = asyncio.ensure_future(value(1))
    print(type(task).__name__, await task, asyncio.ensure_future(task) is task)
    wrapped = asyncio.ensure_future(Awaitable())
    print(wrapped.get_coro().__qualname__, await wrapped)
    for bad in (3, None, value):
        try:
            asyncio.ensure_future(bad)
        except TypeError as error:
            print(error)
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    eager = asyncio.ensure_future(value(5))
    print(await eager)


asyncio.run(main())
