"""A coroutine that a group refuses can still be awaited; later the group closes it (gh-115957)."""
# flag: taskgroup_closes_refused_coro
import asyncio


async def body():
    return 7


async def main():
    coro = body()
    try:
        asyncio.TaskGroup().create_task(coro)
    except RuntimeError:
        print("refused")
    try:
        print("awaited", await coro)
    except RuntimeError as error:
        print(error)


asyncio.run(main())
