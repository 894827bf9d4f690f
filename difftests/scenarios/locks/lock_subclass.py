"""A class of the program's: its acquire and release are what async with calls."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


class Loud(asyncio.Lock):
    async def acquire(self):
        print("acquire")
        result = await super().acquire()
        print("acquired", result)
        return result

    def release(self):
        print("release")
        super().release()


class Named(asyncio.Lock):
    def __init__(self, name):
        super().__init__()
        self.name = name

    def __repr__(self):
        return f"<{self.name} {super().__repr__()[-10:]}"


class Forgetful(asyncio.Lock):
    def __init__(self):
        pass


async def user(lock, name):
    async with lock:
        print(name, "has it")
        await asyncio.sleep(0)


async def main():
    for lock in (Loud(), Named("mine")):
        tasks = [asyncio.create_task(user(lock, name)) for name in "ab"]
        for task in tasks:
            await task
        print(lock.locked())
    print(lock)
    print(look(Loud()))
    lock = asyncio.Lock()

    async def acquire():
        print("of the instance")

    lock.acquire = acquire
    lock.release = lambda: print("release of the instance")
    async with lock:
        print(lock.locked())
    try:
        await Forgetful().acquire()
    except AttributeError as error:
        print(error)


asyncio.run(main())
