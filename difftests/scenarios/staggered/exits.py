"""SystemExit out of a candidate leaves the loop at once; the race learns of it when the loop runs again."""
import asyncio
from asyncio.staggered import staggered_race


async def leaves():
    await asyncio.sleep(1)
    raise SystemExit(3)


async def work():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def main():
    try:
        print(await staggered_race([leaves, work], 0.5))
    except BaseException as error:
        print(type(error).__name__, str(error))
        raise


try:
    asyncio.run(main())
except SystemExit as error:
    print("exit", error.code)
