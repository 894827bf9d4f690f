"""Parties that are cancelled at each of their waits: the others go on without them."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def party(barrier, name):
    try:
        print(name, "was number", await barrier.wait(), look(barrier))
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args, look(barrier))


async def inside():
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(barrier, name)) for name in "abcd"]
    await asyncio.sleep(0)
    tasks[3].cancel("d")
    await asyncio.sleep(0)
    for task in tasks:
        await task
    tasks = [asyncio.create_task(party(barrier, name)) for name in "ab"]
    await asyncio.sleep(0)
    tasks[0].cancel("filling")
    await asyncio.sleep(0)
    print(look(barrier))
    tasks += [asyncio.create_task(party(barrier, name)) for name in "cd"]
    for task in tasks:
        await task


async def draining():
    for who in range(4):
        for when in range(4):
            barrier = asyncio.Barrier(2)
            tasks = [asyncio.create_task(party(barrier, name)) for name in "abcd"]
            await asyncio.sleep(0)
            for _ in range(when):
                await asyncio.sleep(0)
            print("cancel", who, "after", when, tasks[who].cancel(f"{who}{when}"), look(barrier))
            await asyncio.sleep(1)
            print([task.done() for task in tasks], look(barrier))
            await barrier.abort()
            for task in tasks:
                try:
                    await task
                except asyncio.BrokenBarrierError as error:
                    print(error)


async def at_the_lock():
    barrier = asyncio.Barrier(2)
    await barrier._cond.acquire()
    tasks = [asyncio.create_task(party(barrier, name)) for name in "abc"]
    change = [asyncio.create_task(barrier.reset()), asyncio.create_task(barrier.abort())]
    await asyncio.sleep(0)
    tasks[0].cancel("at the lock")
    change[1].cancel()
    await asyncio.sleep(0)
    barrier._cond.release()
    await asyncio.sleep(1)
    print([task.done() for task in tasks + change], look(barrier))
    await barrier.abort()
    for task in tasks + change:
        try:
            await task
        except (asyncio.BrokenBarrierError, asyncio.CancelledError) as error:
            print(repr(error))


asyncio.run(inside())
asyncio.run(draining())
asyncio.run(at_the_lock())
