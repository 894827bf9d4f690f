"""Cancelling a child that its parent awaits: the error passes through the parent, which counts as cancelled, too."""
import asyncio


async def child():
    await asyncio.sleep(10)


async def parent(task):
    try:
        await task
    finally:
        print("parent is left", asyncio.current_task().cancelling())


async def main():
    inner = asyncio.create_task(child(), name="inner")
    outer = asyncio.create_task(parent(inner), name="outer")
    await asyncio.sleep(1)
    inner.cancel("the child only")
    try:
        await outer
    except asyncio.CancelledError as error:
        print(repr(error))
    for task in (inner, outer):
        print(task.get_name(), task.cancelled(), task.cancelling())


asyncio.run(main())
