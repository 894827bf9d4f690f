"""TaskGroup.cancel() of an outer group from a nested one: the inner group ends first, nothing is raised."""
# requires: 3.15
import asyncio


async def leaf(name):
    try:
        await asyncio.sleep(9)
    finally:
        print(name, "is left")


async def branch(outer):
    async with asyncio.TaskGroup() as inner:
        inner.create_task(leaf("inner leaf"))
        await asyncio.sleep(1)
        outer.cancel()
        print("cancelled the outer group, cancelling", asyncio.current_task().cancelling())
        await asyncio.sleep(9)
        print("not reached")


async def main():
    async with asyncio.TaskGroup() as outer:
        outer.create_task(leaf("outer leaf"))
        outer.create_task(branch(outer))
    print("end", asyncio.current_task().cancelling(), asyncio.get_running_loop().time())
    async with asyncio.TaskGroup() as outer:
        async with asyncio.TaskGroup() as inner:
            inner.create_task(leaf("leaf of the second"))
            await asyncio.sleep(1)
            outer.cancel()
    print("end", asyncio.current_task().cancelling(), asyncio.get_running_loop().time())


asyncio.run(main())
