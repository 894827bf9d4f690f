"""Cancelling the wrapper cancels the thread's future, one turn later; one that runs refuses."""
import asyncio
import concurrent.futures


async def waits(wrapper):
    await wrapper


async def main():
    source = concurrent.futures.Future()
    task = asyncio.create_task(waits(asyncio.wrap_future(source)))
    await asyncio.sleep(0)
    task.cancel("why")
    print(source.cancelled())
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error), source.cancelled())
    running = concurrent.futures.Future()
    running.set_running_or_notify_cancel()
    wrapper = asyncio.wrap_future(running)
    wrapper.cancel()
    await asyncio.sleep(0)
    print(running.cancelled(), running.running())
    running.set_result("too late")
    await asyncio.sleep(0)
    print(wrapper.cancelled(), running.result())


asyncio.run(main())
