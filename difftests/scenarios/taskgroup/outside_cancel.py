"""Of the CancelledErrors inside the exit the first from outside is raised at the end, with its message."""
import asyncio


async def slow_to_end(name):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print(name, repr(error))
        await asyncio.sleep(2)
        print(name, "ends")
        raise


async def grouped():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(slow_to_end("a"))
            group.create_task(slow_to_end("b"))
            print("body ends")
    except asyncio.CancelledError as error:
        print("group raised", repr(error), asyncio.current_task().cancelling())
        raise


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(grouped())
    await asyncio.sleep(1)
    print("cancel", task.cancel("first"))
    await asyncio.sleep(1)
    print("cancel", task.cancel("second"))
    try:
        await task
    except asyncio.CancelledError as error:
        print("main", repr(error), task.cancelling(), f"{loop.time():.3f}")


asyncio.run(main())
