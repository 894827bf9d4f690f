"""KeyboardInterrupt of a child ends the program with status 130; the siblings are cancelled on the way."""
import asyncio


async def interrupt():
    await asyncio.sleep(1)
    raise KeyboardInterrupt


async def sibling():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        print("sibling is cancelled")
        raise


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(interrupt())
            group.create_task(sibling())
    except BaseException as error:
        print("main", repr(error))
        raise


asyncio.run(main())
