"""Children of a group that start eagerly: some end at once, some wait, one adds another."""
import asyncio


async def child(name, delay, group=None):
    print(name, "begins")
    if group is not None:
        group.create_task(child(name + "'s child", 0.5))
    if delay:
        await asyncio.sleep(delay)
    print(name, "ends", f"{asyncio.get_running_loop().time():.1f}")
    return name


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(child("a", 0)),
            group.create_task(child("b", 2)),
            group.create_task(child("c", 1, group)),
            group.create_task(child("d", 0)),
        ]
        print("body ends", [task.done() for task in tasks])
    print([task.result() for task in tasks])


asyncio.run(main())
