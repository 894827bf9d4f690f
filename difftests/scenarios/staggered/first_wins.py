"""The first candidate that returns wins: the others are cancelled, and what they raise is in the list."""
import asyncio
from asyncio.staggered import staggered_race


def candidate(name, seconds):
    async def run():
        print(name, "begins", asyncio.get_running_loop().time(), asyncio.current_task().get_name())
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            print(name, "is cancelled", asyncio.get_running_loop().time())
            raise
        print(name, "returns", asyncio.get_running_loop().time())
        return name
    return run


async def main():
    print(await staggered_race([candidate("a", 5), candidate("b", 2), candidate("c", 9)], 1))
    print(asyncio.get_running_loop().time(), len(asyncio.all_tasks()))
    print(await staggered_race((candidate("only", 0.5),), 1))
    print(await staggered_race([candidate("a", 1), candidate("b", 0)], 1))
    print(asyncio.get_running_loop().time(), len(asyncio.all_tasks()))


asyncio.run(main())
