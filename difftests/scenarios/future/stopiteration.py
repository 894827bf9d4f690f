"""StopIteration is a TypeError, or becomes a RuntimeError (gh-112182)."""
import asyncio


class MyStop(StopIteration):
    pass


def attempt(future, exception):
    try:
        future.set_exception(exception)
    except TypeError as error:
        print("refused", repr(error))
    print("done", future.done())
    if future.done():
        stored = future.exception()
        print(repr(stored))
        print("cause", repr(stored.__cause__), "context", repr(stored.__context__))


async def main():
    loop = asyncio.get_running_loop()
    attempt(loop.create_future(), StopIteration("a"))
    attempt(loop.create_future(), MyStop("b"))
    attempt(loop.create_future(), StopAsyncIteration("c"))


asyncio.run(main())
