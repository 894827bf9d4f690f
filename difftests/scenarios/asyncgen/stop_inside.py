"""StopAsyncIteration and StopIteration raised inside of an asynchronous generator become RuntimeErrors."""
import asyncio


async def generator(exception):
    yield 1
    raise exception


async def main():
    for exception in (StopAsyncIteration("s"), StopIteration("i"), ValueError("v")):
        try:
            async for item in generator(exception):
                print("item", item)
        except Exception as error:
            print(repr(error), "cause", repr(error.__cause__))


asyncio.run(main())
