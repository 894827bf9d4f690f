"""Cancelling the thread's future cancels the task, in the loop's own run at once since gh-105836."""
import asyncio


async def child():
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError as error:
        print("child", repr(error))
        raise


async def main():
    future = asyncio.run_coroutine_threadsafe(child(), asyncio.get_running_loop())
    await asyncio.sleep(1)
    task = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()][0]
    print(future.cancel(), task.cancelling())
    await asyncio.sleep(0)
    print(task.cancelling(), task.done())
    await asyncio.sleep(0)
    print(task.done(), task.cancelled())


asyncio.run(main())
