"""create_task takes coroutines only."""
import asyncio


class Awaitable:
    def __await__(self):
        yield


async def body():
    pass


def generator():
    yield


async def main():
    for thing in (7, None, "text", [1]):
        try:
            asyncio.create_task(thing)
        except TypeError as error:
            print(repr(error))
    for text, thing in (("function", body), ("awaitable", Awaitable()), ("generator", generator())):
        try:
            asyncio.create_task(thing)
        except TypeError as error:
            print(text, str(error).split(" got ")[0])


asyncio.run(main())
