"""A coroutine that a group refuses is closed, or can still be awaited (gh-115957)."""
import asyncio


async def body():
    print("the body runs")
    return 7


async def main():
    group = asyncio.TaskGroup()
    coro = body()
    try:
        group.create_task(coro)
    except RuntimeError as error:
        print(repr(error))
    try:
        print("awaited", await coro)
    except RuntimeError:
        print("it was closed")


asyncio.run(main())
