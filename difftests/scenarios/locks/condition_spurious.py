"""A waiter that leaves by an error may have been notified, so another one may be woken for it."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def waiter(condition, name):
    async with condition:
        try:
            await condition.wait()
            print(name, "woken")
        except asyncio.CancelledError:
            print(name, "cancelled")


async def main():
    for notified in (False, True):
        condition = asyncio.Condition()
        tasks = [asyncio.create_task(waiter(condition, name)) for name in "abc"]
        await asyncio.sleep(0)
        if notified:
            async with condition:
                condition.notify()
        tasks[0].cancel()
        await asyncio.sleep(1)
        print(notified, look(condition), [task.done() for task in tasks])
        async with condition:
            condition.notify_all()
        for task in tasks:
            await task


asyncio.run(main())
