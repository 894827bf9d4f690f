"""Children add children while the group's exit waits; the group ends with the last of them."""
import asyncio


async def spawner(group, depth):
    print(f"{asyncio.get_running_loop().time():.1f}", "depth", depth)
    if depth < 3:
        for i in range(2):
            group.create_task(spawner(group, depth + 1))
    await asyncio.sleep(depth)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(spawner(group, 0))
    print(f"{asyncio.get_running_loop().time():.1f}", "end")


asyncio.run(main())
