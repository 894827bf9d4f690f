"""asyncio.run makes a task at its end for each generator that still exists, also for those that have ended."""
import asyncio


async def generator(name):
    try:
        yield name
    finally:
        task = asyncio.current_task()
        print(name, "is finished in", task.get_name() if task is not None else None)


def factory(loop, coro, **keywords):
    task = asyncio.Task(coro, loop=loop, **keywords)
    print("makes", task.get_name())
    return task


async def main():
    asyncio.get_running_loop().set_task_factory(factory)
    for name in ("ended", "freed", "open"):
        kept.append(generator(name))
        print(await anext(kept[-1]))
    for gen in kept[:2]:
        print([item async for item in gen])
    del gen
    del kept[1]


kept = []
asyncio.run(main())
asyncio.run(main())
