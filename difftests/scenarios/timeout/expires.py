"""A block that takes longer is cancelled, and TimeoutError comes out; its cause is the cancellation."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(1.5) as limit:
            print(limit, limit.when(), limit.expired())
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError as error:
                print(repr(error), limit, limit.expired(), asyncio.current_task().cancelling())
                raise
    except TimeoutError as error:
        print(repr(error), repr(error.__cause__), error.__context__ is error.__cause__, error.__suppress_context__)
    print(limit, limit.expired(), asyncio.current_task().cancelling(), f"{loop.time():.3f}")


asyncio.run(main())
