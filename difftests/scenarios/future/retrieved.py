"""What counts as asking for an error, so that it is not reported: result(), exception(), await, cancel(); not done()."""
import asyncio


def handler(loop, context):
    print("    handler:", context["message"], repr(context.get("exception")))


async def fail(word):
    raise ValueError(word)


async def cancelled():
    raise asyncio.CancelledError("own")


async def awaits(awaited):
    try:
        await awaited
    except ValueError as error:
        print("    caught", repr(error))


def result(awaited):
    try:
        awaited.result()
    except ValueError as error:
        print("    caught", repr(error))


def exception(awaited):
    print("    is", repr(awaited.exception()))


def cancel(awaited):
    print("    cancel", awaited.cancel())


def look(awaited):
    print("    done", awaited.done(), awaited.cancelled())


async def waited_for(awaited):
    """The task waits before the error is there: it is thrown into it."""
    waiter = asyncio.create_task(awaits(awaited))
    await asyncio.sleep(0)
    if not isinstance(awaited, asyncio.Task):
        awaited.set_exception(ValueError("thrown"))
    del awaited
    await waiter


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    for ask in (result, exception, cancel, look):
        print("future", ask.__name__)
        future = loop.create_future()
        future.set_exception(ValueError("future"))
        ask(future)
        del future
        print("task", ask.__name__)
        task = asyncio.create_task(fail("task"))
        await asyncio.sleep(0)
        ask(task)
        del task
    print("await")
    await waited_for(loop.create_future())
    await waited_for(asyncio.create_task(fail("thrown")))
    print("a cancelled task")
    task = asyncio.create_task(cancelled())
    await asyncio.sleep(0)
    del task
    print("end")


asyncio.run(main())
