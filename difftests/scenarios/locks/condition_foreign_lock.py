"""A condition around a lock of the program's own: what counts is its locked, acquire and release."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


class Log(asyncio.Lock):
    async def acquire(self):
        print("acquire")
        return await super().acquire()

    def release(self):
        print("release")
        super().release()


class Spin:
    def __init__(self):
        self.held = False

    def locked(self):
        return self.held

    async def acquire(self):
        while self.held:
            await asyncio.sleep(1)
        self.held = True
        return True

    def release(self):
        self.held = False


async def waiter(condition, name):
    async with condition:
        try:
            print(name, await condition.wait())
        except asyncio.CancelledError as error:
            print(name, "cancelled", error.args)


async def main():
    for lock in (Log(), Spin()):
        condition = asyncio.Condition(lock)
        tasks = [asyncio.create_task(waiter(condition, name)) for name in "abc"]
        await asyncio.sleep(0)
        print(look(condition))
        try:
            condition.notify()
        except RuntimeError as error:
            print(error)
        async with condition:
            condition.notify()
            tasks[1].cancel("hey")
            print(look(condition))
        for task in tasks[:2]:
            await task
        async with condition:
            print("again", await condition.wait_for(lambda: "yes"))
            condition.notify_all()
        await tasks[2]
        try:
            await condition.wait()
        except RuntimeError as error:
            print(error)


asyncio.run(main())
