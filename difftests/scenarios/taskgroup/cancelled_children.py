"""Cancelled children are ignored, whoever cancelled them."""
import asyncio


async def child(name, delay):
    try:
        await asyncio.sleep(delay)
        print(name, "done")
    except asyncio.CancelledError as error:
        print(name, repr(error))
        raise


async def unasked():
    raise asyncio.CancelledError("unasked")


async def main():
    async with asyncio.TaskGroup() as group:
        first = group.create_task(child("first", 1))
        group.create_task(child("second", 2))
        early = group.create_task(child("never started", 1))
        other = group.create_task(unasked())
        early.cancel()
        await asyncio.sleep(0)
        first.cancel("by the body")
        print("body ends", repr(group))
    print(first.cancelled(), early.cancelled(), other.cancelled(), repr(group))
    print(f"{asyncio.get_running_loop().time():.3f}", asyncio.current_task().cancelling())


asyncio.run(main())
