"""Any CancelledError that leaves a coroutine cancels its task; the count never goes down by itself."""
import asyncio


async def unasked():
    raise asyncio.CancelledError("mine")


async def swallows():
    for i in range(2):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            print("swallowed", repr(error), asyncio.current_task().cancelling())
    return "finished"


async def main():
    task = asyncio.create_task(unasked())
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error), task.cancelled(), task.cancelling())
    task = asyncio.create_task(swallows())
    await asyncio.sleep(0)
    task.cancel("one")
    await asyncio.sleep(0)
    task.cancel("two")
    print(await task, task.cancelled(), task.cancelling())
    print("uncancel", task.uncancel(), task.uncancel(), task.uncancel())


asyncio.run(main())
