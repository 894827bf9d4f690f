"""The refusals of create_task; a child may add children while the exit waits."""
import asyncio


async def child(name, delay):
    await asyncio.sleep(delay)
    print(name, "ends")


async def adds(group):
    await asyncio.sleep(1)
    print("adds a child while the exit waits", repr(group))
    group.create_task(child("added", 1))


def attempt(group):
    coro = child("refused", 0)
    try:
        group.create_task(coro)
        print("not refused")
    except RuntimeError as error:
        print(repr(error))
    coro.close()


async def main():
    group = asyncio.TaskGroup()
    attempt(group)
    async with group:
        group.create_task(adds(group))
    print(f"{asyncio.get_running_loop().time():.3f}")
    attempt(group)


asyncio.run(main())
