"""With a delay of 0 or less the wait for the one before is a task, which is cancelled if it has not ended."""
import asyncio
from asyncio.staggered import staggered_race


def candidate(name, seconds, fails=False):
    async def run():
        print(name, "begins", asyncio.current_task().get_name())
        await asyncio.sleep(seconds)
        if fails:
            raise ValueError(name)
        return name
    return run


async def main():
    print(await staggered_race([candidate("a", 2), candidate("b", 1), candidate("c", 3)], 0))
    print(await staggered_race([candidate("a", 2, True), candidate("b", 0, True), candidate("c", 1, True)], -1))
    print(await staggered_race([candidate("a", 0), candidate("b", 0)], 0.0))
    print(len(asyncio.all_tasks()))


asyncio.run(main())
