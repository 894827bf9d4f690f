"""abort breaks the barrier for those inside and those who come; reset mends it."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def party(barrier, name):
    try:
        print(name, "was number", await barrier.wait())
    except asyncio.BrokenBarrierError as error:
        print(name, repr(error), look(barrier))


async def main():
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(barrier, name)) for name in "ab"]
    await asyncio.sleep(0)
    print(await barrier.abort(), look(barrier), barrier.broken, barrier.n_waiting)
    tasks.append(asyncio.create_task(party(barrier, "late")))
    for task in tasks:
        await task
    print(look(barrier))
    await party(barrier, "later")
    await barrier.reset()
    print(look(barrier), barrier.broken)
    tasks = [asyncio.create_task(party(barrier, name)) for name in "cde"]
    for task in tasks:
        await task
    print(look(barrier))
    print(issubclass(asyncio.BrokenBarrierError, RuntimeError))


asyncio.run(main())
