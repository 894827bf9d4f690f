"""A lock is fair: who is cancelled in the queue is passed over, also if the lock was his already."""
import asyncio


async def worker(lock, name):
    try:
        await lock.acquire()
    except asyncio.CancelledError as error:
        print(name, repr(error), lock.locked())
        raise
    print(name, "has it", f"{asyncio.get_running_loop().time():.3f}")
    await asyncio.sleep(1)
    lock.release()
    print(name, "gives it back", lock.locked())


async def main():
    lock = asyncio.Lock()
    a, b, c, d = [asyncio.create_task(worker(lock, name)) for name in "abcd"]
    await asyncio.sleep(0.5)
    b.cancel("while it waits")
    await asyncio.sleep(0.5)
    print("main is awake")
    c.cancel("when it is its turn")
    late = asyncio.create_task(worker(lock, "late"))
    await asyncio.wait([a, b, c, d, late])
    print(lock.locked())
    try:
        lock.release()
    except RuntimeError as error:
        print(repr(error))


asyncio.run(main())
