"""Only groups of 3.15 and later have cancel()."""
import asyncio


async def main():
    async with asyncio.TaskGroup() as group:
        print(hasattr(group, "create_task"), hasattr(group, "cancel"))
        try:
            group.cancel()
            print("cancelled")
        except AttributeError as error:
            print(repr(error))


asyncio.run(main())
