"""A thread's future that is cancelled before the loop has made the task: the task is made and cancelled before its first step."""
import asyncio


async def child():
    print("not reached")


async def main():
    future = asyncio.run_coroutine_threadsafe(child(), asyncio.get_running_loop())
    print(future.cancel())
    for _ in range(4):
        await asyncio.sleep(0)
    print(future.cancelled(), len(asyncio.all_tasks()))


asyncio.run(main())
