"""The documentation's Barrier: two tasks wait at it, main is the third, and all go on."""
import asyncio


def state(b):
    return b.n_waiting, b.parties, b.broken


async def example_barrier():
    b = asyncio.Barrier(3)
    tasks = [asyncio.create_task(b.wait()), asyncio.create_task(b.wait())]
    await asyncio.sleep(0)
    print(state(b))
    await b.wait()
    print(state(b))
    await asyncio.sleep(0)
    print("barrier passed")
    print(state(b))
    print([await task for task in tasks])


asyncio.run(example_barrier())
