"""A task that swallows the cancellation of its wait can wait again, at the end of the list."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def stubborn(lock):
    for attempt in range(3):
        try:
            await lock.acquire()
            print("stubborn has it at attempt", attempt)
            lock.release()
            return
        except asyncio.CancelledError as error:
            print("attempt", attempt, error, asyncio.current_task().cancelling(), look(lock))


async def user(lock, name):
    async with lock:
        print(name, "has it")


async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    first = asyncio.create_task(stubborn(lock))
    second = asyncio.create_task(user(lock, "b"))
    await asyncio.sleep(0)
    first.cancel("one")
    await asyncio.sleep(0)
    first.cancel("two")
    first.cancel("three")
    await asyncio.sleep(0)
    lock.release()
    await first
    await second


asyncio.run(main())
