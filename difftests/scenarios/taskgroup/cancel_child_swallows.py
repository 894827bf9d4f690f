"""A child that swallows its cancellation and returns a value: the group waits for it and reports the others' errors."""
import asyncio


async def stubborn():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("stubborn goes on")
        await asyncio.sleep(3)
    return "stubborn's value"


async def fail():
    await asyncio.sleep(1)
    raise ValueError("x")


async def main():
    loop = asyncio.get_running_loop()
    task = None
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(stubborn())
            group.create_task(fail())
    except* ValueError as errors:
        print(f"{loop.time():.1f}", repr(errors))
    print(task.result(), task.cancelling())


asyncio.run(main())
