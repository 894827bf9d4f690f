"""A condition whose lock was bound on another loop: the wait gives the lock up and cannot get it back."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


lock = asyncio.Lock()


def words(error):
    return str(error)[: str(error).index(" object at")], str(error)[-41:]


async def user():
    async with lock:
        await asyncio.sleep(0)


async def bind():
    tasks = [asyncio.create_task(user()) for _ in range(2)]
    for task in tasks:
        await task


async def waiter(condition):
    async with condition:
        await condition.wait()


async def disturb(condition, task, how):
    await asyncio.sleep(0)
    try:
        async with condition:
            how()
            await asyncio.sleep(0)
            print(task.done(), look(condition))
    except RuntimeError as error:
        print("its end has released our lock:", error)
    try:
        await task
    except RuntimeError as error:
        print(words(error), str(error.__context__)[-41:])
    print(look(condition))


async def main():
    condition = asyncio.Condition(lock)
    task = asyncio.create_task(waiter(condition))
    await disturb(condition, task, lambda: condition.notify())
    task = asyncio.create_task(waiter(condition))
    await disturb(condition, task, lambda: task.cancel("cancelled"))


asyncio.run(bind())
asyncio.run(main())
