"""A chain of a hundred tasks, and one of a hundred coroutines."""
# requires: 3.14
import asyncio


async def deep(levels, future):
    if levels > 0:
        await deep(levels - 1, future)
    else:
        await future


async def waits(task):
    await task


def height(graph):
    levels = 0
    while graph.awaited_by:
        graph = graph.awaited_by[0]
        levels += 1
    return levels, graph.future.get_name()


async def main():
    future = asyncio.Future()
    task = asyncio.create_task(deep(100, future))
    first = task
    for number in range(100):
        task = asyncio.create_task(waits(task), name=f"waits {number}")
    await asyncio.sleep(0)
    print(height(asyncio.capture_call_graph(future)), len(asyncio.capture_call_graph(first).call_stack))
    print(len(asyncio.format_call_graph(future).split("\n")))
    future.set_result(None)
    await task


asyncio.run(main())
