"""An error that leaves an expired timeout, and was raised because of its cancellation, has the CancelledError in its chain; later a
TimeoutError stands before that (gh-96037)."""
# flag: timeout_error_in_context
import asyncio


async def main():
    try:
        async with asyncio.timeout(1):
            try:
                await asyncio.sleep(5)
            finally:
                raise ValueError("on the way out")
    except ValueError as error:
        print(repr(error.__context__))


asyncio.run(main())
