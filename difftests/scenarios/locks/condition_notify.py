"""notify wakes as many as it is told, of those who were not woken yet; notify_all wakes all."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def waiter(condition, name):
    async with condition:
        print(name, "notified:", await condition.wait())


async def main():
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(condition, name)) for name in range(9)]
    await asyncio.sleep(0)
    print(look(condition), condition.locked())
    for how in (0, -1, 1, 2, True, 1.5):
        async with condition:
            condition.notify(how)
            print("notify", how, look(condition))
        await asyncio.sleep(1)
    async with condition:
        condition.notify()
        condition.notify(n=1)
        print(look(condition))
    await asyncio.sleep(1)
    print(look(condition))
    async with condition:
        condition.notify_all()
        condition.notify_all()
    for task in tasks:
        await task
    async with condition:
        condition.notify(100)
    print(look(condition))


asyncio.run(main())
