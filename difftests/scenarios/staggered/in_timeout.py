"""A race under a timeout, in a group, and within another race."""
import asyncio
from asyncio.staggered import staggered_race


def candidate(name, seconds):
    async def run():
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            print(name, "cancelled", asyncio.get_running_loop().time())
            raise
        return name
    return run


async def inner():
    return await staggered_race([candidate("c", 4), candidate("d", 5)], 1)


async def main():
    try:
        async with asyncio.timeout(1.5):
            await staggered_race([candidate("a", 3), candidate("b", 3)], 1)
    except TimeoutError:
        print("late", asyncio.get_running_loop().time())
    await asyncio.sleep(1)
    print(await asyncio.wait_for(staggered_race([candidate("e", 9), inner], 2), 20))
    async with asyncio.TaskGroup() as group:
        first = group.create_task(inner())
        second = group.create_task(staggered_race([candidate("f", 1)], None))
    print(first.result(), second.result())


asyncio.run(main())
