"""create_task() of the module and of a group with name= makes the task without the name and sets it after, so a number of the
default names is used up; later the constructor gets the name, and none is (gh-112622)."""
# flag: create_task_passes_name
import asyncio


async def body():
    pass


async def main():
    asyncio.create_task(body(), name="given")
    print(asyncio.create_task(body()).get_name())
    async with asyncio.TaskGroup() as group:
        group.create_task(body(), name="child")
        print(group.create_task(body()).get_name())


asyncio.run(main())
