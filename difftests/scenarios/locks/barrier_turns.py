"""The last one to come goes through at once, the others after it; the barrier can be used again."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def party(barrier, name):
    print(name, "comes,", look(barrier))
    index = await barrier.wait()
    print(name, "was number", index, look(barrier))


async def main():
    barrier = asyncio.Barrier(3)
    print(look(barrier), barrier.parties, barrier.n_waiting, barrier.broken)
    tasks = [asyncio.create_task(party(barrier, name)) for name in "abc"]
    await asyncio.sleep(0)
    print("main,", look(barrier), barrier.n_waiting)
    for task in tasks:
        await task
    print(look(barrier))
    tasks = [asyncio.create_task(party(barrier, name)) for name in "defghij"]
    for _ in range(12):
        await asyncio.sleep(0)
    print([task.done() for task in tasks], look(barrier))
    for name in "kl":
        tasks.append(asyncio.create_task(party(barrier, name)))
    for task in tasks:
        await task
    print(await asyncio.Barrier(1).wait())


asyncio.run(main())
