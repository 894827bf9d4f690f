"""A task that was cancelled in a shield, before and after it and the shield's callbacks have run."""
# requires: 3.14.8
import asyncio


def show(words, future):
    graph = asyncio.capture_call_graph(future)
    print(words, [call.future.get_name() for call in graph.awaited_by])


async def waits(future):
    await asyncio.shield(future)


async def main():
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(waits(future), name="waits")
    await asyncio.sleep(0)
    show("waits", future)
    task.cancel()
    show("cancelled", future)
    await asyncio.sleep(0)
    show("a turn later", future)
    await asyncio.sleep(0)
    show("two turns later", future)
    future.set_result(None)
    show("done", future)


asyncio.run(main())
