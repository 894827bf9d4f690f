"""An error in an inner group goes through the outer one; the outer siblings are cancelled."""
import asyncio


async def child(name, delay, fails):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError as error:
        print(name, repr(error), f"{asyncio.get_running_loop().time():.3f}")
        raise
    print(name, "fails" if fails else "ends")
    if fails:
        raise ValueError(name)


async def inner():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("inner a", 1, True))
        group.create_task(child("inner b", 5, False))


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(inner())
            group.create_task(child("outer a", 5, False))
            async with asyncio.TaskGroup() as second:
                second.create_task(child("second a", 5, False))
    except BaseException as error:
        print(repr(error))
    print(asyncio.current_task().cancelling())


asyncio.run(main())
