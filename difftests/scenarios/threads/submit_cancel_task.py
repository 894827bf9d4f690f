"""The task behind a thread's future cancels itself: the thread's future is cancelled, and nobody asks for its state any more."""
import asyncio
import concurrent.futures


async def child():
    asyncio.current_task().cancel("mine")
    await asyncio.sleep(1)


async def main():
    future = asyncio.run_coroutine_threadsafe(child(), asyncio.get_running_loop())
    try:
        await asyncio.wrap_future(future)
    except asyncio.CancelledError as error:
        print(repr(error), future.cancelled())
    try:
        future.result()
    except concurrent.futures.CancelledError as error:
        print(repr(error), isinstance(error, asyncio.CancelledError))
    try:
        print(future.set_running_or_notify_cancel())
    except RuntimeError as error:
        print(error)


asyncio.run(main())
