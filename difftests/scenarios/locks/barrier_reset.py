"""reset throws out who is inside; who comes meanwhile waits until they have left."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def party(barrier, name):
    try:
        print(name, "was number", await barrier.wait(), look(barrier))
    except asyncio.BrokenBarrierError as error:
        print(name, repr(error), look(barrier))


async def main():
    barrier = asyncio.Barrier(3)
    await barrier.reset()
    print(look(barrier))
    tasks = [asyncio.create_task(party(barrier, name)) for name in "ab"]
    await asyncio.sleep(0)
    await barrier.reset()
    print(look(barrier), barrier.n_waiting)
    tasks += [asyncio.create_task(party(barrier, name)) for name in "cde"]
    await barrier.reset()
    await asyncio.sleep(0)
    print(look(barrier))
    for task in tasks:
        await task
    print(look(barrier))
    tasks = [asyncio.create_task(party(barrier, name)) for name in "fgh"]
    await asyncio.sleep(0)
    await barrier.reset()
    print("while it drains", look(barrier))
    for task in tasks:
        await task
    print(look(barrier))


asyncio.run(main())
