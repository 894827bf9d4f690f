"""What waits for a lock, an event, a condition, a semaphore or a barrier: the methods that it is in."""
# requires: 3.14
import asyncio


def show(future=None, **options):
    """The graph without ids, and without the lines of asyncio's own functions."""
    for line in asyncio.format_call_graph(future, depth=2, **options).split("\n"):
        indent, _, place = line.partition("File ")
        if place:
            file, number, name = place.split(", ")
            is_own = file.strip("'").split("/")[-2:-1] != ["asyncio"]
            print(indent + name[3:], number if is_own else "")
        else:
            print(line.partition("id=")[0])


async def acquire(lock):
    await lock.acquire()


async def enter(lock):
    async with lock:
        pass


async def wait(thing):
    await thing.wait()


async def wait_in(condition):
    async with condition:
        await condition.wait()


async def wait_for_in(condition):
    async with condition:
        await condition.wait_for(lambda: False)


async def main():
    lock, event, semaphore, barrier = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(0), asyncio.Barrier(5)
    condition, busy = asyncio.Condition(), asyncio.Condition()
    await lock.acquire()
    await busy.acquire()
    bodies = [acquire(lock), enter(lock), wait(event), acquire(semaphore), enter(semaphore), enter(asyncio.BoundedSemaphore(0))]
    bodies += [wait_in(condition), wait_for_in(condition), enter(busy), acquire(busy), wait(barrier), enter(barrier)]
    tasks = [asyncio.create_task(body) for body in bodies]
    await asyncio.sleep(0)
    for task in tasks:
        show(task)
    for task in tasks:
        task.cancel()
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError:
            pass
        except asyncio.BrokenBarrierError as error:
            print(repr(error))


asyncio.run(main())
