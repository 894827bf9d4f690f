"""all_tasks() has the tasks that are not done, in the order of their creation."""
import asyncio


async def child(delay):
    await asyncio.sleep(delay)


def names():
    return [task.get_name() for task in asyncio.all_tasks()]


async def main():
    asyncio.current_task().set_name("main")
    tasks = []
    for delay in (3, 1, 2):
        tasks.append(asyncio.create_task(child(delay), name=f"child {delay}"))
    print(names())
    await asyncio.sleep(1.5)
    print(names())
    tasks[0].cancel()
    print(names())
    await asyncio.sleep(0)
    print(names())
    await asyncio.sleep(1)
    print(names())


asyncio.run(main())
try:
    asyncio.all_tasks()
except RuntimeError as error:
    print(repr(error))
