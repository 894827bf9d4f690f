"""What the exception handler is told: keys and message for a callback, a future, and by hand."""
import asyncio


def handler(loop, context):
    names = sorted(context)
    print(names)
    if "exception" in context:
        print("  exception", repr(context["exception"]))
    print("  message", context["message"].split("(")[0])
    print("  same loop", loop is asyncio.get_running_loop())


def fail(word):
    raise ValueError(word)


async def main():
    loop = asyncio.get_running_loop()
    print("at first", loop.get_exception_handler())
    loop.set_exception_handler(handler)
    print("it is set", loop.get_exception_handler() is handler)
    loop.call_soon(fail, "soon")
    loop.call_later(1, fail, "later")
    future = loop.create_future()
    future.add_done_callback(lambda future: fail("callback of a future"))
    future.set_result(1)
    await asyncio.sleep(2)
    loop.call_exception_handler({"message": "by hand", "answer": 42})
    loop.call_exception_handler({"message": "with an exception", "exception": KeyError("k"), "future": future})
    lost = loop.create_future()
    lost.set_exception(OSError("lost"))
    del lost
    loop.set_exception_handler(None)
    print("at last", loop.get_exception_handler())


asyncio.run(main())
