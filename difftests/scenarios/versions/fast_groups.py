"""A group whose children all completed in their eager steps suspends at its end, for their callbacks.  With aiocore's own flag
it does not: only the number of turns tells (gh-104144 without gh-128550)."""
# flag: fast_groups
import asyncio


async def child():
    pass


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    loop.call_soon(print, "a turn passes")
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
    print("the group has ended")


asyncio.run(main())
