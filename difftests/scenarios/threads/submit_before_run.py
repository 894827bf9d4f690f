"""A coroutine that is submitted before its loop runs starts with the run; outside of it the loop is told by its queue."""
import asyncio


async def child():
    await asyncio.sleep(1)
    return "child"


loop = asyncio.new_event_loop()
future = asyncio.run_coroutine_threadsafe(child(), loop)
print(future.done(), future.running())
loop.run_until_complete(asyncio.sleep(2))
print(future.result())
future = asyncio.run_coroutine_threadsafe(child(), loop)
loop.run_until_complete(asyncio.sleep(0))
print("cancelled", future.cancel(), future.cancel())
loop.run_until_complete(asyncio.sleep(0))
print([task.cancelling() for task in asyncio.all_tasks(loop)])
loop.run_until_complete(asyncio.sleep(0))
loop.close()
