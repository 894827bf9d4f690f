"""A candidate that fails starts the next one at once; if all fail nobody has won."""
import asyncio
from asyncio.staggered import staggered_race


def candidate(name, seconds, fails=True):
    async def run():
        print(name, "begins", asyncio.get_running_loop().time())
        await asyncio.sleep(seconds)
        if fails:
            raise ValueError(name)
        return name
    return run


async def main():
    print(await staggered_race([candidate("a", 0), candidate("b", 1), candidate("c", 3, False)], 10))
    print(await staggered_race([candidate("a", 0), candidate("b", 2), candidate("c", 1)], 1))
    print(await staggered_race([candidate("a", 1), candidate("b", 1)], None))
    print(asyncio.get_running_loop().time(), len(asyncio.all_tasks()))


asyncio.run(main())
