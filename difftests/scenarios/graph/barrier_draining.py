"""Where a task is in a barrier: it takes the lock, waits for the barrier to drain, for the others, or for the lock again."""
# requires: 3.14
import asyncio


def show(task):
    graph = asyncio.capture_call_graph(task)
    print(task.get_name(), [(entry.frame.f_code.co_qualname, entry.frame.f_code.co_filename.rsplit("/")[-1]) for entry in graph.call_stack][:-1])


async def wait(barrier):
    print(await barrier.wait())


async def enter(barrier):
    async with barrier as index:
        print(index)


async def main():
    barrier = asyncio.Barrier(2)
    tasks = []
    for name, kind in [("first", wait), ("last", enter), ("early", wait), ("entering", enter)]:
        tasks.append(asyncio.create_task(kind(barrier), name=name))
    for turn in range(8):
        print("turn", turn)
        for task in tasks:
            if not task.done():
                show(task)
        await asyncio.sleep(0)


asyncio.run(main())
