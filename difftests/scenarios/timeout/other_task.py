"""A block is entered in one task and left in another: the first is the one that is cancelled and uncancelled."""
import asyncio


async def enters(limit):
    await limit.__aenter__()
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        print("first", repr(error), asyncio.current_task().cancelling())
    await asyncio.sleep(2)
    print("first", asyncio.current_task().cancelling())


async def main():
    limit = asyncio.timeout(1)
    task = asyncio.create_task(enters(limit))
    await asyncio.sleep(2)
    print(limit, task.cancelling())
    try:
        await limit.__aexit__(asyncio.CancelledError, asyncio.CancelledError("given"), None)
    except TimeoutError as error:
        print(repr(error.__cause__))
    print(limit, task.cancelling(), asyncio.current_task().cancelling())
    await task


asyncio.run(main())
