"""A CancelledError that nobody asked for leaves the block: before the deadline it goes through, after it a TimeoutError."""
import asyncio


async def main():
    try:
        async with asyncio.timeout(1) as limit:
            raise asyncio.CancelledError("mine")
    except asyncio.CancelledError as error:
        print(repr(error), limit)
    try:
        async with asyncio.timeout(1) as limit:
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError:
                pass
            raise asyncio.CancelledError("mine, late")
    except TimeoutError as error:
        print(repr(error.__cause__), limit)


asyncio.run(main())
