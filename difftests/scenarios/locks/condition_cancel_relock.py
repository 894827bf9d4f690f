"""Cancelled, any number of times, while it waits for the lock: it waits on, and raises once it has it."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def waiter(condition, name):
    async with condition:
        try:
            print(name, await condition.wait())
        except asyncio.CancelledError as error:
            print(name, repr(error), repr(error.__context__), condition.locked())
            raise


async def main():
    for times in (1, 3):
        for early in (False, True):
            condition = asyncio.Condition()
            task = asyncio.create_task(waiter(condition, f"{times} {early}"))
            await asyncio.sleep(0)
            async with condition:
                if early:
                    task.cancel("early")
                else:
                    condition.notify()
                await asyncio.sleep(0)
                for number in range(times):
                    task.cancel(number)
                    await asyncio.sleep(0)
                    print(task.done(), task.cancelling(), look(condition))
            try:
                await task
            except asyncio.CancelledError as error:
                print("it was", repr(error))
            print(look(condition))


asyncio.run(main())
