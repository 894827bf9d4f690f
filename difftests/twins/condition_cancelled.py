"""Who is cancelled while it waits for a notify takes the lock again before it hears of it; wait_for asks until it holds."""
import asyncio

count = 0


def enough():
    print("asked", count)
    return count if count >= 2 else 0


async def waiter(condition, name):
    async with condition:
        try:
            print(name, await condition.wait_for(enough))
        except asyncio.CancelledError as error:
            print(name, repr(error), condition.locked(), f"{asyncio.get_running_loop().time():.3f}")


async def main():
    global count
    condition = asyncio.Condition()
    a = asyncio.create_task(waiter(condition, "a"))
    b = asyncio.create_task(waiter(condition, "b"))
    await asyncio.sleep(1)
    async with condition:
        a.cancel("away")
        count = 1
        condition.notify(1)
        await asyncio.sleep(1)
        print("main has the lock still", a.done())
        count = 2
        condition.notify_all()
    await asyncio.wait([a, b])
    try:
        condition.notify()
    except RuntimeError as error:
        print(repr(error))


asyncio.run(main())
