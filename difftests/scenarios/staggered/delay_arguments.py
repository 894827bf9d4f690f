"""The delay is looked at when somebody waits that long: one that is no number fails in the second task."""
import asyncio
from asyncio.staggered import staggered_race


async def work():
    await asyncio.sleep(1)
    return "work"


async def main():
    for delay in "soon", [], 0.25, True:
        try:
            print(await staggered_race([work, work], delay))
        except Exception as error:
            print(repr(error))
        await asyncio.sleep(5)


asyncio.run(main())
