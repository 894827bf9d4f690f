"""A barrier's lock is somebody's: who enters, resets or aborts the barrier is in the lock's acquire."""
# requires: 3.14
import asyncio


def show(task):
    graph = asyncio.capture_call_graph(task)
    print(task.get_name(), [(entry.frame.f_code.co_qualname, entry.frame.f_code.co_filename.rsplit("/")[-1]) for entry in graph.call_stack][:-1])


async def wait(barrier):
    await barrier.wait()


async def enter(barrier):
    async with barrier:
        pass


async def reset(barrier):
    await barrier.reset()


async def abort(barrier):
    await barrier.abort()


async def main():
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(kind(barrier), name=kind.__name__) for kind in (wait, enter)]
    await asyncio.sleep(0)
    async with barrier._cond:
        tasks += [asyncio.create_task(kind(barrier), name=kind.__name__ + " late") for kind in (wait, enter, reset, abort)]
        barrier._cond.notify_all()
        for turn in range(3):
            await asyncio.sleep(0)
            print("turn", turn)
            for task in tasks:
                show(task)
    for answer in await asyncio.gather(*tasks, return_exceptions=True):
        print(repr(answer))


asyncio.run(main())
