"""A barrier on another loop: its condition and its lock say so."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


barrier = asyncio.Barrier(2)


async def party(name):
    try:
        print(name, await barrier.wait())
    except RuntimeError as error:
        print(name, str(error)[: str(error).index(" object at")], str(error)[-41:], look(barrier))


async def both():
    tasks = [asyncio.create_task(party(name)) for name in "ab"]
    for task in tasks:
        await task


asyncio.run(both())
asyncio.run(both())
print(look(barrier), barrier._cond.locked())


barrier = asyncio.Barrier(2)


async def busy():
    await barrier._cond.acquire()
    tasks = [asyncio.create_task(party(name)) for name in "cd"]
    await asyncio.sleep(0)
    barrier._cond.release()
    for task in tasks:
        await task


asyncio.run(busy())
asyncio.run(busy())
print(look(barrier), barrier._cond.locked())
