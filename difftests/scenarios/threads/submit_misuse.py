"""run_coroutine_threadsafe takes coroutines only; a factory that fails is told to the thread and to the exception handler."""
import asyncio


async def child():
    return 1


def factory(loop, coro, **keywords):
    coro.close()
    raise ValueError("no task")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print("handler", repr(context["exception"]), sorted(context)))
    for thing in 7, loop.create_future(), child:
        try:
            asyncio.run_coroutine_threadsafe(thing, loop)
        except TypeError as error:
            print(error)
    loop.set_task_factory(factory)
    future = asyncio.run_coroutine_threadsafe(child(), loop)
    cancelled = asyncio.run_coroutine_threadsafe(child(), loop)
    cancelled.cancel()
    await asyncio.sleep(0)
    print(repr(future.exception()), cancelled.cancelled())
    loop.set_task_factory(None)


asyncio.run(main())
closed = asyncio.new_event_loop()
closed.close()
coro = child()
try:
    asyncio.run_coroutine_threadsafe(coro, closed)
except RuntimeError as error:
    print(error)
coro.close()
