"""Events, conditions and semaphores of eager tasks."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def all_of_it(event, condition, semaphore, name):
    async with semaphore:
        print(name, "has a unit")
        await event.wait()
        async with condition:
            print(name, await condition.wait_for(lambda: not event.is_set()))
    print(name, "ends")


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    event, condition, semaphore = asyncio.Event(), asyncio.Condition(), asyncio.Semaphore(2)
    tasks = [asyncio.create_task(all_of_it(event, condition, semaphore, name)) for name in "abcd"]
    print(look(event), look(condition), look(semaphore))
    event.set()
    await asyncio.sleep(0)
    print(look(event), look(condition), look(semaphore))
    event.clear()
    for _ in range(2):
        async with condition:
            condition.notify_all()
        await asyncio.sleep(1)
    print(look(event), look(condition), look(semaphore))
    event.set()
    await asyncio.sleep(0)
    event.clear()
    for _ in range(3):
        async with condition:
            condition.notify_all()
        await asyncio.sleep(1)
    for task in tasks:
        await task


asyncio.run(main())
