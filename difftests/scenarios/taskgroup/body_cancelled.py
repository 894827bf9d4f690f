"""A CancelledError of the body alone is raised on, after the children were cancelled and waited for."""
import asyncio


async def child(name):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print(name, repr(error))
        await asyncio.sleep(1)
        print(name, "ends")
        raise


async def grouped(unasked):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child("a"))
            group.create_task(child("b"))
            await asyncio.sleep(1)
            if unasked:
                raise asyncio.CancelledError("mine")
            await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print("group raised", repr(error), asyncio.current_task().cancelling())
        raise


async def main():
    loop = asyncio.get_running_loop()
    for unasked in (True, False):
        task = asyncio.create_task(grouped(unasked))
        await asyncio.sleep(1.5)
        if not unasked:
            task.cancel("outside")
        try:
            await task
        except asyncio.CancelledError as error:
            print("main", repr(error), f"{loop.time():.3f}")


asyncio.run(main())
