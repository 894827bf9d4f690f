"""Who waits for a cancel in wait_for is there until he goes on, also once the cancelled task has told."""
# requires: 3.14.8
import asyncio


def graph(call):
    names = [entry.frame.f_code.co_name for entry in call.call_stack]
    return [names, sorted([graph(other) for other in call.awaited_by], key=repr)]


async def slow():
    await asyncio.sleep(5)


async def lingers():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        await asyncio.sleep(0)


async def waits(task):
    try:
        await asyncio.wait_for(task, 0)
    except TimeoutError:
        print("too late")


async def main():
    for function in slow, lingers:
        task = asyncio.create_task(function())
        task.add_done_callback(lambda done: print("done", graph(asyncio.capture_call_graph(done))))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(waits(task))
        task.add_done_callback(lambda done: print("later", graph(asyncio.capture_call_graph(done))))
        for _ in range(6):
            print(graph(asyncio.capture_call_graph(task)))
            await asyncio.sleep(0)
        await waiting


asyncio.run(main())
