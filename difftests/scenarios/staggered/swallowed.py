"""A loser that swallows its cancellation and returns is a second winner: an AssertionError in its task."""
import asyncio
from asyncio.staggered import staggered_race


def candidate(name, seconds):
    async def run():
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            print(name, "does not care")
        return name
    return run


async def main():
    try:
        print(await staggered_race([candidate("a", 3), candidate("b", 1), candidate("c", 5)], 0.5))
    except Exception as error:
        print(repr(error), repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
    await asyncio.sleep(10)
    print(len(asyncio.all_tasks()))


asyncio.run(main())
