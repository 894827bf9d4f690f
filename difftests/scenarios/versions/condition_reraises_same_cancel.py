"""Cancelled while it waits for the lock, a condition's wait raises a new CancelledError; later the very one, with its message (gh-111693)."""
# flag: condition_reraises_same_cancel
import asyncio


async def waiter(condition):
    async with condition:
        try:
            await condition.wait()
        except asyncio.CancelledError as error:
            print(repr(error))


async def main():
    condition = asyncio.Condition()
    task = asyncio.create_task(waiter(condition))
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        await asyncio.sleep(0)
        task.cancel("message")
        await asyncio.sleep(0)
    await task


asyncio.run(main())
