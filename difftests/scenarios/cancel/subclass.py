"""A subclass of CancelledError that leaves a coroutine cancels its task; whoever asks first gets that very object."""
import asyncio


class Mine(asyncio.CancelledError):
    pass


async def body():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        raise Mine("mine") from error


async def unasked():
    raise Mine("unasked")


async def show(task):
    try:
        await task
    except asyncio.CancelledError as error:
        print("await", repr(error), type(error) is Mine)
    print(task.cancelled(), task.cancelling())
    try:
        task.result()
    except asyncio.CancelledError as error:
        print("result", repr(error))


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(1)
    task.cancel("asked")
    await show(task)
    await show(asyncio.create_task(unasked()))


asyncio.run(main())
