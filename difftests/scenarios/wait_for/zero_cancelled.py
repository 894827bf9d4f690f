"""With no time, and cancelled while the task takes its time to end: the cancellation comes through, the task goes on."""
import asyncio


async def stubborn():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        await asyncio.sleep(2)
        print("stubborn ends")
        return "late"


async def waits(task):
    try:
        await asyncio.wait_for(task, 0)
    except asyncio.CancelledError as error:
        print("waits", repr(error), task.done())
        raise


async def main():
    loop = asyncio.get_running_loop()
    for delay in (1, 2):
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        waiter = asyncio.create_task(waits(task))
        loop.call_later(delay, waiter.cancel, "outside")
        try:
            await waiter
        except asyncio.CancelledError as error:
            print(repr(error))
        print(task.done(), f"{loop.time():.3f}")
        print(await task)


asyncio.run(main())
