"""The documentation's shield: something() is not cancelled with the coroutine that waits for it."""
import asyncio


async def something():
    await asyncio.sleep(2)
    print("something is done")
    return 7


async def outer():
    task = asyncio.create_task(something())
    try:
        res = await asyncio.shield(task)
    except asyncio.CancelledError:
        res = None
    print("shielded", res)
    print("in the end", await task)


async def main():
    task = asyncio.create_task(outer())
    await asyncio.sleep(1)
    task.cancel()
    await task


asyncio.run(main())
