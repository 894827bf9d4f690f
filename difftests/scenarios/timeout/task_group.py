"""A timeout around a group and in a group; a group around a timeout."""
import asyncio


async def child(name, delay):
    try:
        await asyncio.sleep(delay)
        print(name, "ends")
    except asyncio.CancelledError:
        print(name, "cancelled")
        raise


async def main():
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(1) as limit:
            async with asyncio.TaskGroup() as group:
                group.create_task(child("a", 5))
                group.create_task(child("b", 0.5))
    except TimeoutError as error:
        print("late", limit, repr(error.__cause__), f"{loop.time():.3f}")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child("c", 2))
            async with asyncio.timeout(1):
                await asyncio.sleep(5)
    except* TimeoutError as errors:
        print(repr(errors.exceptions), f"{loop.time():.3f}")
    print(asyncio.current_task().cancelling())


asyncio.run(main())
