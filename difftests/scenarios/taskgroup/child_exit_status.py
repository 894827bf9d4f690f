"""SystemExit of a child ends the program with its status; the siblings are cancelled on the way."""
import asyncio


async def leave():
    await asyncio.sleep(1)
    raise SystemExit(7)


async def sibling(name):
    try:
        await asyncio.sleep(5)
    finally:
        print(name, "is left")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(sibling("before"))
            group.create_task(leave())
            group.create_task(sibling("after"))
    finally:
        print("main is left")


asyncio.run(main())
print("not reached")
