"""A coroutine can be awaited once; a task as often as one likes."""
import asyncio


async def body():
    await asyncio.sleep(1)
    return ["result"]


async def main():
    coro = body()
    print(await coro)
    try:
        await coro
    except RuntimeError as error:
        print(repr(error))
    task = asyncio.create_task(body())
    first = await task
    second = await task
    print(first, first is second, first is task.result())


asyncio.run(main())
