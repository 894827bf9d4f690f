"""Deadlines and ends at the same moment: who comes first is decided by the order of the timers."""
import asyncio
from asyncio.staggered import staggered_race


def candidate(name, seconds, fails=False):
    async def run():
        print(name, "begins", asyncio.get_running_loop().time())
        await asyncio.sleep(seconds)
        if fails:
            raise ValueError(name)
        return name
    return run


async def main():
    print(await staggered_race([candidate("a", 1), candidate("b", 1), candidate("c", 1)], 1))
    print(await staggered_race([candidate("a", 1, True), candidate("b", 1, True), candidate("c", 1)], 1))
    print(await staggered_race([candidate("a", 2), candidate("b", 1), candidate("c", 0)], 1))
    print(await staggered_race([candidate("a", 3, True), candidate("b", 2, True), candidate("c", 1, True)], 1))


asyncio.run(main())
