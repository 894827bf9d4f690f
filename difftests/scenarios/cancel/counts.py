"""cancelling() and uncancel(): they count requests, never below zero; the error comes once for each wait."""
import asyncio


async def body():
    task = asyncio.current_task()
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print("first", repr(error), task.cancelling())
    print("uncancel", task.uncancel(), task.uncancel(), task.uncancel())
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print("second", repr(error), task.cancelling())
    await asyncio.sleep(1)
    return "done"


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(1)
    for word in ("a", "b"):
        print(task.cancel(word), task.cancelling())
    await asyncio.sleep(1)
    task.cancel("c")
    print(await task, task.cancelling(), task.uncancel(), task.cancel(), task.cancelling())


asyncio.run(main())
