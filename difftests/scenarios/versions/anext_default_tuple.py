"""anext() of a generator that is at its end, with a tuple as the default, is a SystemError; later it gives the tuple
(gh-128078)."""
# flag: anext_default_tuple
import asyncio


async def empty():
    return
    yield


async def main():
    try:
        print(await anext(empty(), (1, 2)))
    except SystemError:
        print("SystemError")


asyncio.run(main())
