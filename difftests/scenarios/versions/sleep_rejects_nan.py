"""sleep(nan) sets a timer with a deadline that cannot be compared; later it is a ValueError (gh-105331)."""
# flag: sleep_rejects_nan
import asyncio


async def main():
    try:
        await asyncio.sleep(float("nan"))
        print("slept")
    except ValueError as error:
        print(error)


asyncio.run(main())
