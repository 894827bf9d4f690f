"""The plain use of a group: children run side by side, their results are read after the block."""
import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    print(f"{asyncio.get_running_loop().time():.1f}", name)
    return name.upper()


async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(name, seconds)) for name, seconds in (("a", 3), ("b", 1), ("c", 2))]
        print("body ends", [task.done() for task in tasks])
    print([task.result() for task in tasks])


asyncio.run(main())
