"""Eager tasks run put and get at once as far as they go."""
import asyncio


async def getter(name, queue):
    print(name, "gets")
    print(name, await queue.get())


async def putter(name, queue):
    print(name, "puts")
    await queue.put(name)
    print(name, "has put")


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    queue = asyncio.Queue(1)
    first = asyncio.create_task(getter("first", queue))
    print(first.done(), str(queue))
    quick = asyncio.create_task(putter("quick", queue))
    print(quick.done(), str(queue))
    thief = asyncio.create_task(getter("thief", queue))
    print(thief.done(), str(queue))
    await asyncio.sleep(0)
    print(str(queue))
    one = asyncio.create_task(putter("one", queue))
    two = asyncio.create_task(putter("two", queue))
    print(one.done(), two.done(), str(queue))
    await first
    await two
    print(queue.get_nowait())
    asyncio.create_task(queue.join()).cancel()
    queue.task_done(), queue.task_done(), queue.task_done()
    print(asyncio.create_task(queue.join()).done())


asyncio.run(main())
