"""Eager tasks: one that gets the lock at once never suspends, one that waits stands in the list at once."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(lock, name, naps):
    print(name, "starts")
    async with lock:
        print(name, "has it")
        for _ in range(naps):
            await asyncio.sleep(0)
    print(name, "ends")


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    lock = asyncio.Lock()
    done = asyncio.create_task(user(lock, "a", 0))
    print(done.done(), look(lock))
    tasks = [asyncio.create_task(user(lock, name, 1)) for name in "bcd"]
    print(look(lock))
    tasks[1].cancel()
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled")
    print(look(lock))


asyncio.run(main())
