"""A cancellation that the task turns into another error: the task fails, it is not cancelled."""
import asyncio


async def body():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        raise ValueError("instead")


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel("why")
    try:
        await task
    except ValueError as error:
        print(repr(error), "context", repr(error.__context__), "cause", error.__cause__)
    print(task.cancelled(), task.cancelling(), repr(task.exception()))


asyncio.run(main())
