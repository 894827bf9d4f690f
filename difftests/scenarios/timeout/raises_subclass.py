"""A subclass of CancelledError that leaves an expired block: it goes through in 3.12, and is a TimeoutError since."""
import asyncio


class Stopped(asyncio.CancelledError):
    pass


async def main():
    for kind in asyncio.CancelledError, Stopped:
        try:
            async with asyncio.timeout(1) as limit:
                try:
                    await asyncio.sleep(5)
                except asyncio.CancelledError:
                    raise kind("mine") from None
        except BaseException as error:
            print(repr(error), repr(error.__cause__), limit.expired(), asyncio.current_task().cancelling())


asyncio.run(main())
