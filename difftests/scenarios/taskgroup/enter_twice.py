"""Entering a group a second time is refused (gh-110910)."""
import asyncio


async def main():
    async with asyncio.TaskGroup() as group:
        try:
            await group.__aenter__()
        except RuntimeError as error:
            print(repr(error))
        print(repr(group))
    try:
        await group.__aenter__()
    except RuntimeError as error:
        print(repr(error))


asyncio.run(main())
