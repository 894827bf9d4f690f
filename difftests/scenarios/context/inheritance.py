"""A task inherits the values of its creator at the time of its creation; its own changes are its own."""
import asyncio
import contextvars

path = contextvars.ContextVar("path", default=())


async def node(name, depth):
    path.set(path.get() + (name,))
    await asyncio.sleep(0)
    print("/".join(path.get()))
    if depth > 0:
        async with asyncio.TaskGroup() as group:
            for part in "xy":
                group.create_task(node(part, depth - 1))
    await asyncio.sleep(1)
    return path.get()


async def main():
    print(await asyncio.create_task(node("root", 2)), path.get())
    print(await node("direct", 0), path.get())


asyncio.run(main())
