"""The errors of a group that nobody catches leave asyncio.run: exit status 1."""
import asyncio


async def fail(word):
    await asyncio.sleep(1)
    raise ValueError(word)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(fail("a"))
        group.create_task(fail("b"))
        print("body ends")


asyncio.run(main())
