"""With eager tasks a submitted coroutine may be done when its future is chained."""
import asyncio


async def child(waits):
    print("first step", asyncio.current_task().get_name())
    if waits:
        await asyncio.sleep(0)
    return waits


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    futures = [asyncio.run_coroutine_threadsafe(child(waits), loop) for waits in (False, True)]
    for _ in range(5):
        print([future.done() for future in futures])
        await asyncio.sleep(0)


asyncio.run(main())
