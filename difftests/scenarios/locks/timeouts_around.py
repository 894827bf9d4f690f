"""Timeouts, also of 0 and less, around the waits of locks: whoever gives up leaves the object to the others."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def under(delay, name, start):
    try:
        async with asyncio.timeout(delay):
            print(name, delay, await start())
    except TimeoutError as error:
        print(name, delay, repr(error))
    except RuntimeError as error:
        print(name, delay, type(error).__name__)


async def for_a_while(delay, name, start):
    try:
        print(name, delay, await asyncio.wait_for(start(), delay))
    except TimeoutError as error:
        print(name, delay, repr(error))
    except RuntimeError as error:
        print(name, delay, type(error).__name__)


async def main():
    for way in (under, for_a_while):
        for delay in (-1, 0, 1):
            lock, event, semaphore, barrier = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(0), asyncio.Barrier(2)
            condition = asyncio.Condition()
            await lock.acquire()
            await way(delay, "lock", lock.acquire)
            await way(delay, "event", event.wait)
            await way(delay, "semaphore", semaphore.acquire)
            await way(delay, "barrier", barrier.wait)
            async with condition:
                await way(delay, "condition", condition.wait)
                await way(delay, "wait_for", lambda: condition.wait_for(lambda: False))
                print(look(condition))
            print(look(lock), look(event), look(semaphore), look(barrier))
            lock.release()
            await way(delay, "a free lock", lock.acquire)
            print(asyncio.current_task().cancelling(), asyncio.get_running_loop().time())


asyncio.run(main())
