"""A shield of a shield, and of a gather."""
import asyncio


async def child(name):
    await asyncio.sleep(2)
    print(name)
    return name


async def main():
    task = asyncio.create_task(child("a"))
    inner = asyncio.shield(task)
    outer = asyncio.shield(inner)
    await asyncio.sleep(1)
    outer.cancel()
    print(await inner, outer.cancelled())
    gathering = asyncio.gather(child("b"), child("c"))
    outer = asyncio.shield(gathering)
    await asyncio.sleep(1)
    outer.cancel()
    print(await gathering)


asyncio.run(main())
