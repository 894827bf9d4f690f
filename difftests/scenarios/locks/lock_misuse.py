"""What a lock says to a release too many and to wrong arguments."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


async def main():
    lock = asyncio.Lock()
    attempt(lock.release)
    await lock.acquire()
    attempt(lock.release)
    attempt(lock.release)
    print(look(lock), lock.locked())
    attempt(lambda: asyncio.Lock(1))
    attempt(lambda: asyncio.Lock(loop=asyncio.get_running_loop()))
    attempt(lambda: lock.acquire(1))
    attempt(lambda: lock.release(1, 2))
    attempt(lambda: lock.locked(blocking=False))
    attempt(lambda: lock.__aexit__())
    attempt(lambda: lock.__aexit__(None))
    try:
        with lock:
            pass
    except TypeError as error:
        print(type(error).__name__)
    try:
        await lock
    except TypeError:
        print("a lock cannot be awaited")
    lock.mark = 1
    print(lock.mark, isinstance(lock, asyncio.Lock), asyncio.Lock, asyncio.Lock.__module__)


asyncio.run(main())
