"""A child that awaits a sibling that fails: the group's cancellation takes the place of the sibling's error."""
import asyncio


async def fail():
    await asyncio.sleep(1)
    raise ValueError("x")


async def waits(task):
    try:
        await task
    except ValueError as error:
        print("sibling's error", repr(error))
        raise RuntimeError("because of the sibling")
    except asyncio.CancelledError as error:
        print("cancelled instead", repr(error))
        raise


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(waits(group.create_task(fail())))
    except* Exception as errors:
        print(repr(errors))


asyncio.run(main())
