"""set wakes all who wait, and a clear right after it changes nothing for them; who comes then waits."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def waiter(event, name):
    print(name, "gets", await event.wait(), event.is_set())


async def main():
    event = asyncio.Event()
    print(look(event), event.is_set())
    tasks = [asyncio.create_task(waiter(event, name)) for name in "abc"]
    await asyncio.sleep(0)
    print(look(event))
    event.set()
    print(look(event), event.is_set())
    event.set()
    event.clear()
    event.clear()
    print(look(event))
    tasks.append(asyncio.create_task(waiter(event, "late")))
    for task in tasks[:3]:
        await task
    print(tasks[3].done(), look(event))
    event.set()
    print(await event.wait(), "without suspending")
    await tasks[3]


asyncio.run(main())
