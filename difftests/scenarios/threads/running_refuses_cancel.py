"""A thread's future that runs cannot be cancelled; when its task is, the chain cannot say so."""
import asyncio


async def child():
    await asyncio.sleep(100)


def handler(loop, context):
    print("handler", repr(context["exception"]))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    future = asyncio.run_coroutine_threadsafe(child(), loop)
    await asyncio.sleep(1)
    print(future.set_running_or_notify_cancel(), future.running(), future.cancel())
    for task in asyncio.all_tasks():
        if task is not asyncio.current_task():
            task.cancel()
    await asyncio.sleep(1)
    print(future.done(), future.running())


asyncio.run(main())
