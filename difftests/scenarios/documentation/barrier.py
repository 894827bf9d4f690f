"""The documentation's Barrier: two tasks wait at it, main is the third, and all go on."""
import asyncio


async def example_barrier():
    b = asyncio.Barrier(3)
    tasks = [asyncio.create_task(b.wait()), asyncio.create_task(b.wait())]
    await asyncio.sleep(0)
    print(b)
    await b.wait()
    print(b)
    await asyncio.sleep(0)
    print("barrier passed")
    print(b)
    print([await task for task in tasks])


class Named(asyncio.Barrier):
    def __repr__(self):
        return f"<barrier {self.n_waiting} of {self.parties}{' broken' if self.broken else ''}>"


asyncio.Barrier.__repr__ = Named.__repr__
asyncio.run(example_barrier())
