"""A notified waiter that is cancelled takes the notification with it; later it passes it on to another one (gh-112202)."""
# flag: condition_renotifies_on_error
import asyncio


async def waiter(condition, name):
    async with condition:
        try:
            await condition.wait()
            print(name, "woken")
        except asyncio.CancelledError:
            print(name, "cancelled")


async def main():
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(condition, name)) for name in "ab"]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        tasks[0].cancel()
    await asyncio.sleep(1)
    print(tasks[1].done())
    tasks[1].cancel()
    await tasks[1]


asyncio.run(main())
