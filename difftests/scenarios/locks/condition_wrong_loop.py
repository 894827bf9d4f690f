"""A condition and its lock each belong to the loop of the first wait that suspended."""
import asyncio


condition = asyncio.Condition()


def words(error):
    return str(error)[: str(error).index(" object at")], str(error)[-41:]


async def waiter():
    async with condition:
        await condition.wait()


async def bind():
    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
    await task


async def other():
    try:
        async with condition:
            print("the lock is free")
            await condition.wait()
    except RuntimeError as error:
        print(words(error), condition.locked())


async def contended():
    async with condition:
        task = asyncio.create_task(waiter())
        await asyncio.sleep(0)
    try:
        await task
    except RuntimeError as error:
        print(words(error), condition.locked())


asyncio.run(bind())
asyncio.run(other())
asyncio.run(contended())
condition = asyncio.Condition()
asyncio.run(bind())
asyncio.run(contended())
