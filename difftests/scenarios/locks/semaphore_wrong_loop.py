"""A semaphore belongs to the loop of the first wait that suspended."""
import asyncio


semaphore = asyncio.Semaphore(1)


async def user(name):
    try:
        async with semaphore:
            print(name, "has a unit")
            await asyncio.sleep(0)
    except RuntimeError as error:
        print(name, str(error)[: str(error).index(" object at")], str(error)[-41:])


async def two():
    tasks = [asyncio.create_task(user(name)) for name in "ab"]
    for task in tasks:
        await task


asyncio.run(user("alone"))
asyncio.run(user("alone"))
asyncio.run(two())
asyncio.run(two())
asyncio.run(user("alone"))
print(semaphore.locked())
