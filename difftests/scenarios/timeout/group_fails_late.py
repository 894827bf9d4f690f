"""A group that fails because its timeout has cancelled it: the errors come out, and the timeout only tells by expired()."""
import asyncio


async def stubborn():
    try:
        await asyncio.sleep(5)
    finally:
        raise ValueError("on the way out")


async def main():
    try:
        async with asyncio.timeout(1) as limit:
            async with asyncio.TaskGroup() as group:
                group.create_task(stubborn())
    except BaseException as error:
        print(repr(error), limit, asyncio.current_task().cancelling())
    try:
        await asyncio.sleep(1)
        print("went on")
    except asyncio.CancelledError:
        print("cancelled after all")


asyncio.run(main())
