"""One child of a group takes a nap: the example of docs/conformance.md."""
import asyncio


async def nap():
    await asyncio.sleep(0.5)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(nap())


asyncio.run(main())
