"""StopIteration out of a coroutine is a RuntimeError; StopAsyncIteration and GeneratorExit pass through."""
import asyncio


async def body(exception):
    await asyncio.sleep(0)
    raise exception


async def main():
    for exception in (StopIteration(1), StopAsyncIteration("s"), GeneratorExit("g"), BaseException("b")):
        task = asyncio.create_task(body(exception))
        try:
            await task
        except BaseException as error:
            print(repr(error), "cause", repr(error.__cause__), task.cancelled())


asyncio.run(main())
