"""What the iterator of the functions raises is no candidate's: the race fails with it."""
import asyncio
from asyncio.staggered import staggered_race


async def work():
    try:
        await asyncio.sleep(4)
    except asyncio.CancelledError:
        print("cancelled")
        raise
    return "work"


def functions(error):
    yield work
    raise error


async def main():
    for error in ValueError("second"), TimeoutError("second"), asyncio.CancelledError("second"):
        try:
            print(await staggered_race(functions(error), 1))
        except BaseException as found:
            print(repr(found), repr(found.__context__))
    await asyncio.sleep(10)
    print(len(asyncio.all_tasks()))


asyncio.run(main())
