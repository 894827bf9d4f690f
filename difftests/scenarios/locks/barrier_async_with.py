"""async with a barrier: the target is the number, and the end of the block does nothing."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def party(barrier, name):
    try:
        async with barrier as index:
            print(name, index, look(barrier))
            await asyncio.sleep(index)
            if index == 1:
                raise KeyError(name)
        print(name, "ends", look(barrier))
    except KeyError as error:
        print(repr(error), look(barrier))


async def main():
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(barrier, name)) for name in "abc"]
    for task in tasks:
        await task


asyncio.run(main())
