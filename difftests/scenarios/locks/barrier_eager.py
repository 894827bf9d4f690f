"""Parties that start eagerly."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def party(barrier, name):
    print(name, "comes")
    print(name, await barrier.wait(), look(barrier))


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(barrier, name)) for name in "abcde"]
    print([task.done() for task in tasks], look(barrier))
    tasks[0].cancel()
    await barrier.abort()
    for task in tasks:
        try:
            await task
        except (asyncio.CancelledError, asyncio.BrokenBarrierError) as error:
            print(repr(error))


asyncio.run(main())
