"""An awaitable that yields a future itself: what it is resumed with, and when, if the future is done already."""
import asyncio


class Yield:
    """Awaits a future as Future.__await__ does, and says how it is resumed."""

    def __init__(self, future):
        self.future = future

    def __await__(self):
        self.future._asyncio_future_blocking = True
        try:
            got = yield self.future
        except BaseException as error:
            print("thrown", repr(error))
        else:
            print("sent", repr(got))
        print("blocking", self.future._asyncio_future_blocking)


async def body(future):
    await Yield(future)
    print("goes on")


def finish(future, how):
    if how == "result":
        future.set_result("the result")
    elif how == "error":
        future.set_exception(ValueError("the error"))
    else:
        future.cancel("the message")


async def main():
    loop = asyncio.get_running_loop()
    for how in ("result", "error", "cancel"):
        print(how, "later")
        future = loop.create_future()
        task = asyncio.create_task(body(future))
        await asyncio.sleep(0)
        finish(future, how)
        loop.call_soon(print, "queued after the outcome")
        await task
        print(how, "before")
        future = loop.create_future()
        finish(future, how)
        loop.call_soon(loop.call_soon, print, "queued before the first step")
        task = asyncio.create_task(body(future))
        loop.call_soon(loop.call_soon, print, "queued after the first step")
        loop.call_soon(print, "in the turn of the first step")
        await task


asyncio.run(main())
