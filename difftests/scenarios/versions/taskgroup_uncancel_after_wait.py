"""A child fails while the group waits at its end: nobody undoes the group's cancel of the parent, whose count stays 1 too
high.  Later the group undoes it after the wait (gh-116720)."""
# flag: taskgroup_uncancel_after_wait
import asyncio


async def fail():
    await asyncio.sleep(1)
    raise ValueError("x")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
    except* ValueError:
        print("count", asyncio.current_task().cancelling())


asyncio.run(main())
