"""A tree of nested groups: each task opens a group for its own children; leaves end in their own time."""
import asyncio


async def node(name, depth):
    print(f"{asyncio.get_running_loop().time():.2f}", name, "opens")
    if depth == 0:
        await asyncio.sleep(0.25 * len(name))
    else:
        async with asyncio.TaskGroup() as group:
            for part in ("l", "r"):
                group.create_task(node(name + part, depth - 1))
                await asyncio.sleep(0.25)
    print(f"{asyncio.get_running_loop().time():.2f}", name, "closes")


asyncio.run(node("*", 3))
