"""sleep(nan) is a ValueError since 3.13, before it a timer that is due at once (gh-105331)."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    nan = float("inf") - float("inf")
    try:
        print(await asyncio.sleep(nan, "slept"))
    except ValueError as error:
        print(repr(error))
    print(f"{loop.time():.3f}")


asyncio.run(main())
