"""Whatever a callback raises but KeyboardInterrupt and SystemExit goes to the exception handler, CancelledError, too."""
import asyncio


class Base(BaseException):
    pass


def handler(loop, context):
    print("handler:", context["message"].split(" ")[0], repr(context["exception"]))


def fail(error):
    raise error


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    for error in (
        ValueError("plain"),
        asyncio.CancelledError("cancelled"),
        StopIteration("stop"),
        GeneratorExit("exit"),
        Base("base"),
        BaseExceptionGroup("group", [Base("inner")]),
    ):
        loop.call_soon(fail, error)
        future = loop.create_future()
        future.add_done_callback(lambda future, error=error: fail(error))
        future.set_result(None)
    await asyncio.sleep(1)
    print("the loop goes on")


asyncio.run(main())
