"""A stored error is reported at destruction unless it was asked for; cancel() clears the mark, too."""
import asyncio


def handler(loop, context):
    print("handler:", context["message"], repr(context["exception"]))


async def fail():
    raise ValueError("task")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    future = loop.create_future()
    future.set_exception(ValueError("a"))
    print("drop a")
    del future
    future = loop.create_future()
    future.set_exception(ValueError("b"))
    print("look at b", repr(future.exception()))
    del future
    future = loop.create_future()
    future.set_exception(ValueError("c"))
    print("cancel c", future.cancel())
    del future
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    print("drop the task")
    del task
    print("end")


asyncio.run(main())
