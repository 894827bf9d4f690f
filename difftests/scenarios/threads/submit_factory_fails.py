"""run_coroutine_threadsafe and a task factory that fails: the future has the error, and so has the exception handler."""
import asyncio


async def never():
    print("never")


def refuse(loop, coro, **keywords):
    coro.close()
    raise LookupError("no tasks today")


async def main(cancelled):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print("handler:", repr(context["exception"])))
    loop.set_task_factory(refuse)
    future = asyncio.run_coroutine_threadsafe(never(), loop)
    if cancelled:
        print(future.cancel())
    future.add_done_callback(lambda future: print("done:", future.cancelled()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.set_task_factory(None)
    print(future.cancelled() or repr(future.exception()))


asyncio.run(main(False))
print("cancelled before")
asyncio.run(main(True))
