"""The first error aborts the group and cancels the parent once; errors are in the order of the callbacks."""
import asyncio


async def child(name, delay, fails):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError as error:
        print(name, repr(error))
        if not fails:
            raise
        raise KeyError(name)
    print(name, "raises")
    raise ValueError(name)


async def main():
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child("a", 3, True))
            group.create_task(child("b", 1, True))
            group.create_task(child("c", 1, True))
            group.create_task(child("d", 2, False))
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError as error:
                print("body", repr(error), asyncio.current_task().cancelling())
                raise RuntimeError("body")
    except* Exception as errors:
        print(repr(errors))
    print(f"{loop.time():.3f}", asyncio.current_task().cancelling())


asyncio.run(main())
