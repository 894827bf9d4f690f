"""as_completed() is a generator, which looks at nothing before its first step; later an object that checks at the call (bpo-33533)."""
# flag: as_completed_async_iterator
import asyncio


async def main():
    steps = None
    try:
        steps = asyncio.as_completed(asyncio.sleep(0))
        next(steps)
    except TypeError as error:
        print(steps is None, error)
    try:
        print([done.result() async for done in asyncio.as_completed([asyncio.sleep(1, "x")])])
    except TypeError as error:
        print(error)


asyncio.run(main())
