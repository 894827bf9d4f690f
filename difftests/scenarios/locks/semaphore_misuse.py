"""Values and arguments that a semaphore refuses."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


class Loud(asyncio.Semaphore):
    async def acquire(self):
        print("acquire")
        return await super().acquire()

    def release(self):
        print("release")
        super().release()


class Forgetful(asyncio.Semaphore):
    def __init__(self):
        pass


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


async def main():
    attempt(lambda: asyncio.Semaphore(-1))
    attempt(lambda: asyncio.BoundedSemaphore(-5))
    attempt(lambda: asyncio.Semaphore("x"))
    attempt(lambda: asyncio.Semaphore(None))
    attempt(lambda: asyncio.Semaphore(1, 2))
    attempt(lambda: asyncio.Semaphore(loop=1))
    attempt(lambda: asyncio.BoundedSemaphore(1, 2))
    attempt(lambda: look(asyncio.Semaphore(value=3)))
    semaphore = asyncio.Semaphore()
    attempt(lambda: semaphore.acquire(1))
    attempt(lambda: semaphore.release(2))
    attempt(lambda: semaphore._value)
    async with Loud(1) as target:
        print(target)
    attempt(Forgetful().locked)
    attempt(Forgetful().release)
    print(asyncio.Semaphore, asyncio.BoundedSemaphore)


asyncio.run(main())
