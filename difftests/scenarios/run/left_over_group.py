"""main returns while a task is inside of a group: the group's children are cancelled with it, from the inside."""
import asyncio


async def child(name):
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        print(name, "cancelled")
        raise


async def grouped():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child("a"))
            group.create_task(child("b"))
    finally:
        print("group is left")


async def main():
    task = asyncio.create_task(grouped())
    await asyncio.sleep(1)
    print("main ends", task.done())


asyncio.run(main())
