"""A future for which one task waits by two gathers, and by a gather and a wait: the task is there once."""
# requires: 3.14.8
import asyncio


def show(future):
    graph = asyncio.capture_call_graph(future)
    print([call.future.get_name() for call in graph.awaited_by])


async def two_gathers(future):
    await asyncio.gather(asyncio.gather(future), asyncio.gather(future))


async def gather_and_wait(future):
    gathered = asyncio.gather(future)
    await asyncio.wait([future])
    await gathered


async def wait_twice(future):
    gathered = asyncio.gather(future, future)
    shielded = asyncio.shield(future)
    await gathered
    await shielded


async def main():
    for waits in two_gathers, gather_and_wait, wait_twice:
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(waits(future), name=waits.__name__)
        await asyncio.sleep(0)
        show(future)
        future.set_result(None)
        await task


asyncio.run(main())
