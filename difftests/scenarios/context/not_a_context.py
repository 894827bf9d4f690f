"""What is given for a context and is none shows when the callback is to run: it has no run()."""
import asyncio


class NoContext:
    pass


def handler(loop, context):
    print("handler:", repr(context["exception"]))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    loop.call_soon(print, "never", context=NoContext())
    loop.call_later(1, print, "never", context=NoContext())
    future = loop.create_future()
    future.add_done_callback(print, context=NoContext())
    future.set_result(None)
    future.add_done_callback(print, context=NoContext())
    await asyncio.sleep(2)


asyncio.run(main())
