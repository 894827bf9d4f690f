"""Units that came back while all had to wait for their turn go to one of those who came since; later to as many as there are (gh-111693)."""
# flag: semaphore_wakes_all_allowed
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def user(semaphore, name):
    await semaphore.acquire()
    print(name, "has a unit")


async def main():
    semaphore = asyncio.Semaphore(0)
    first = asyncio.create_task(user(semaphore, "first"))
    await asyncio.sleep(0)
    for _ in range(4):
        semaphore.release()
    late = [semaphore.acquire() for _ in range(3)]
    futures = [coroutine.send(None) for coroutine in late]
    await first
    print([future.done() for future in futures], look(semaphore))
    for coroutine in late:
        coroutine.close()


asyncio.run(main())
