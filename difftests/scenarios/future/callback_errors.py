"""An error in one done callback is reported; the others and the waiting task are not disturbed."""
import asyncio


def handler(loop, context):
    print("handler", repr(context["exception"]), "handle" in context, "future" in context)


def fail(future):
    print("fail sees", future.result())
    raise ValueError("in the callback")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    future = loop.create_future()
    future.add_done_callback(fail)
    future.add_done_callback(lambda future: print("second callback"))
    future.add_done_callback(lambda: print("takes no argument"))
    loop.call_later(1, future.set_result, 5)
    print("main got", await future)


asyncio.run(main())
