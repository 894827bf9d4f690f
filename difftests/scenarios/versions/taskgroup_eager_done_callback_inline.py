"""A child that ended in its eager step is dealt with inside create_task; later, as before, in a callback one turn later, and the
group has a task until then (gh-104144 brought it, gh-128550 and gh-128588 took it away)."""
# flag: taskgroup_eager_done_callback_inline
import asyncio


async def child():
    pass


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
        print("the group still has the child:", "tasks=1" in repr(group))


asyncio.run(main())
