"""Two conditions on one lock: a notify wakes those of its own."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def waiter(condition, name):
    async with condition:
        await condition.wait()
        print(name)


async def main():
    lock = asyncio.Lock()
    one, two = asyncio.Condition(lock), asyncio.Condition(lock=lock)
    tasks = [asyncio.create_task(waiter(*pair)) for pair in ((one, "one"), (two, "two"), (one, "one again"))]
    await asyncio.sleep(0)
    print(look(one), look(two), look(lock))
    async with lock:
        print(one.locked(), two.locked(), look(one))
        two.notify_all()
    await tasks[1]
    async with two:
        print(lock.locked())
        one.notify_all()
    for task in tasks:
        await task
    print(await one.acquire(), two.locked(), lock.locked())
    two.release()
    print(one.locked())


asyncio.run(main())
