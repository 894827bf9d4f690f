"""A lock belongs to the loop of the first wait that suspended; another loop may take it only if it is free."""
import asyncio


lock = asyncio.Lock()


async def user(name):
    try:
        async with lock:
            print(name, "has it")
            await asyncio.sleep(0)
    except RuntimeError as error:
        print(name, str(error)[: str(error).index(" object at")], str(error)[-41:])


async def alone():
    await user("alone")


async def two():
    tasks = [asyncio.create_task(user(name)) for name in ("first", "second")]
    for task in tasks:
        await task


asyncio.run(alone())
asyncio.run(alone())
asyncio.run(two())
asyncio.run(alone())
asyncio.run(two())
asyncio.run(alone())
print(lock.locked())
