"""Errors that come while the group is aborting are all collected, in the order in which the children end."""
import asyncio


async def late(name, seconds):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(seconds)
        raise ValueError(name)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            for name, seconds in (("a", 3), ("b", 1), ("c", 2)):
                group.create_task(late(name, seconds))
            await asyncio.sleep(1)
            raise KeyError("body")
    except* Exception as errors:
        print(repr(errors))
        print("context", repr(errors.__context__))
    print(asyncio.get_running_loop().time())


asyncio.run(main())
