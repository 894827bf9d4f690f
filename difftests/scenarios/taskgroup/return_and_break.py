"""return, break and continue out of a group's block wait for the children first."""
import asyncio


async def child(name):
    await asyncio.sleep(1)
    print(name, "ends")


async def returns():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("child of return"))
        return "returned"


async def main():
    print(await returns())
    for i in range(4):
        async with asyncio.TaskGroup() as group:
            group.create_task(child(f"child {i}"))
            if i == 1:
                continue
            if i == 2:
                break
        print("end of round", i)
    print(i, asyncio.get_running_loop().time())


asyncio.run(main())
