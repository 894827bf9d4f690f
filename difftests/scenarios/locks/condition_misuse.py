"""Waits and notifies without the lock, and wrong arguments."""
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
    condition = asyncio.Condition()
    attempt(condition.notify)
    attempt(condition.notify_all)
    attempt(lambda: condition.notify("x"))
    attempt(condition.release)
    for wait in (condition.wait(), condition.wait_for(lambda: False)):
        try:
            await wait
        except RuntimeError as error:
            print(error)
    attempt(lambda: condition.wait(1))
    attempt(lambda: condition.wait_for())
    attempt(lambda: condition.wait_for(1, 2))
    attempt(lambda: condition.notify(1, 2))
    attempt(lambda: condition.notify_all(1))
    attempt(lambda: asyncio.Condition(1, 2))
    attempt(lambda: asyncio.Condition(5))
    attempt(lambda: asyncio.Condition(loop=1))
    await condition.acquire()
    attempt(lambda: condition.notify("x"))
    print(look(condition), condition._lock.locked(), isinstance(condition._lock, asyncio.Lock))

    async def waiter():
        async with condition:
            await condition.wait()

    task = asyncio.create_task(waiter())
    condition.release()
    await asyncio.sleep(0)
    await condition.acquire()
    attempt(lambda: condition.notify("x"))
    attempt(lambda: condition.notify(None))
    condition.notify()
    condition.release()
    await task


asyncio.run(main())
