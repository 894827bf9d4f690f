"""A wait for a notify that is cancelled takes the lock back before the error comes out."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def waiter(condition, name):
    async with condition:
        try:
            await condition.wait()
            print(name, "notified")
        except asyncio.CancelledError as error:
            print(name, "cancelled", error.args, error.__context__, condition.locked())
            raise
        finally:
            print(name, "holds the lock:", look(condition))


async def main():
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(condition, name)) for name in "abc"]
    await asyncio.sleep(0)
    async with condition:
        tasks[0].cancel("while the lock is held")
        await asyncio.sleep(0)
        print(tasks[0].done(), look(condition))
        await asyncio.sleep(1)
        condition.notify()
        print(look(condition))
    for task in tasks[:2]:
        try:
            await task
        except asyncio.CancelledError as error:
            print("it was", error.args)
    print(tasks[2].done(), look(condition))
    if not tasks[2].done():
        tasks[2].cancel()
        try:
            await tasks[2]
        except asyncio.CancelledError:
            print("cancelled")


asyncio.run(main())
