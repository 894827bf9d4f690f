"""A chain of two hundred awaits: a value and an exception go all the way, a cancellation reaches the innermost."""
import asyncio


async def deep(level, outcome):
    if level > 0:
        return await deep(level - 1, outcome) + 1
    await asyncio.sleep(1)
    if outcome == "fail":
        raise ValueError("at the bottom")
    return 0


async def main():
    print(await deep(200, "value"))
    try:
        await deep(200, "fail")
    except ValueError as error:
        print(repr(error))
    task = asyncio.create_task(deep(200, "cancel"))
    await asyncio.sleep(0)
    task.cancel("from the top")
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error))


asyncio.run(main())
