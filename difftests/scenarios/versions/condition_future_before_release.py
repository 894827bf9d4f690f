"""A condition of another loop gives its lock up before it finds that out, and has to get it back; later it finds out first (gh-112202)."""
# flag: condition_future_before_release
import asyncio


condition = asyncio.Condition()


async def waiter():
    async with condition:
        await condition.wait()


async def bind():
    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
    await task


async def competitor():
    async with condition:
        print("the competitor has the lock")


async def main():
    await condition.acquire()
    task = asyncio.create_task(competitor())
    await asyncio.sleep(0)
    try:
        await condition.wait()
    except RuntimeError as error:
        print(str(error)[-41:], condition.locked())
    condition.release()
    await task


asyncio.run(bind())
asyncio.run(main())
