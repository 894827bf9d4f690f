"""uncancel() down to 0 drops a cancellation that was requested but not delivered (gh-116720)."""
import asyncio


async def body(times):
    task = asyncio.current_task()
    task.cancel("first")
    task.cancel("second")
    for i in range(times):
        print("uncancel", task.uncancel())
    try:
        await asyncio.sleep(0)
        print("not cancelled")
    except asyncio.CancelledError as error:
        print(repr(error), task.cancelling())


async def sleeper():
    try:
        await asyncio.sleep(1)
        print("slept")
    except asyncio.CancelledError as error:
        print("its future was cancelled already", repr(error), asyncio.current_task().cancelling())


async def main():
    await asyncio.create_task(body(1))
    await asyncio.create_task(body(2))
    await asyncio.create_task(body(3))
    task = asyncio.create_task(sleeper())
    await asyncio.sleep(0)
    task.cancel("late")
    print("uncancel", task.uncancel())
    await task


asyncio.run(main())
