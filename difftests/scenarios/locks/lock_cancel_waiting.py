"""One who waits for a lock is cancelled: the others keep their places."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(lock, name):
    try:
        await lock.acquire()
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args, look(lock))
        raise
    print(name, "has it")
    lock.release()


async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(user(lock, name)) for name in "abcd"]
    await asyncio.sleep(0)
    tasks[0].cancel("first")
    tasks[2].cancel()
    print(look(lock))
    await asyncio.sleep(0)
    print(look(lock))
    lock.release()
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError as error:
            print("it was", error.args, task.cancelled())
    print(look(lock))


asyncio.run(main())
