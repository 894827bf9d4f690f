"""An error that leaves an expired block goes through; the count is restored. Its chain: see versions/."""
import asyncio


async def main():
    for error in (ValueError("v"), KeyError("k"), asyncio.TimeoutError("mine"), GeneratorExit()):
        try:
            async with asyncio.timeout(1) as limit:
                try:
                    await asyncio.sleep(5)
                except asyncio.CancelledError:
                    raise error from None
        except BaseException as left:
            print(left is error, repr(left), limit, asyncio.current_task().cancelling())


asyncio.run(main())
