"""Eager starts inside eager starts: each first step runs to its first suspension before its creator goes on."""
import asyncio


async def body(depth):
    print("  " * depth + "begin", depth)
    if depth < 4:
        child = asyncio.create_task(body(depth + 1))
        print("  " * depth + "made a child, done", child.done())
        if depth % 2 == 0:
            await asyncio.sleep(0)
        value = await child
    else:
        value = 0
    print("  " * depth + "end", depth)
    return value + 1


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(body(0))
    print("main goes on", task.done())
    print(await task)


asyncio.run(main())
