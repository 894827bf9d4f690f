"""Rule 61, flag misuse_raises_runtime_error (gh-110910; off only in 3.12.0): entering a group a second time."""
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
