"""TaskGroup.cancel() aborts quietly, before, during and after (gh-108951)."""
# requires: 3.15
import asyncio


async def child(name, delay, group):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError as error:
        print(name, repr(error))
        raise
    if group is not None:
        print(name, "cancels the group")
        group.cancel()
        group.cancel()


async def during():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("a", 1, group))
        group.create_task(child("b", 5, None))
        await asyncio.sleep(5)
        print("not reached")
    print("group left", asyncio.current_task().cancelling(), repr(group))
    group.cancel()
    await asyncio.sleep(1)
    print("cancelling it afterwards does nothing")


async def before():
    group = asyncio.TaskGroup()
    group.cancel()
    async with group:
        print("body begins", asyncio.current_task().cancelling())
        await asyncio.sleep(1)
        print("not reached")
    print("group left", asyncio.current_task().cancelling())


async def by_the_body():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("c", 5, None))
        await asyncio.sleep(0)
        group.cancel()
        print("body goes on to its end", repr(group))
    print("group left", asyncio.current_task().cancelling())


async def main():
    await during()
    await before()
    await by_the_body()
    print(f"{asyncio.get_running_loop().time():.3f}")


asyncio.run(main())
