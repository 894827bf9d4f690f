"""run_coroutine_threadsafe from the loop's own thread: the task is made by a callback, one turn later."""
import asyncio


async def child(value):
    print("child runs as", asyncio.current_task().get_name())
    await asyncio.sleep(1)
    return value


async def main():
    loop = asyncio.get_running_loop()
    future = asyncio.run_coroutine_threadsafe(child(7), loop)
    print(future.done(), future.running(), future.cancelled())
    future.add_done_callback(lambda f: print("done callback", f.result(), loop.time()))
    print(await asyncio.wrap_future(future), future.result(), future.exception())


asyncio.run(main())
