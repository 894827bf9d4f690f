"""Tasks that start eagerly: each waits until the race knows of it (older releases fail by an assertion)."""
import asyncio
from asyncio.staggered import staggered_race


def candidate(name, seconds, fails=False):
    async def run():
        print(name, "begins", asyncio.get_running_loop().time(), asyncio.current_task().get_name())
        if seconds:
            await asyncio.sleep(seconds)
        if fails:
            raise ValueError(name)
        return name
    return run


async def attempt(delay, *functions):
    try:
        print(await staggered_race(functions, delay))
    except Exception as error:
        print(repr(error))
    await asyncio.sleep(10)
    print(len(asyncio.all_tasks()))


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    for delay in 1, None, 0:
        await attempt(delay, candidate("a", 3), candidate("b", 1), candidate("c", 1))
        await attempt(delay, candidate("a", 0, True), candidate("b", 2, True), candidate("c", 1))
        await attempt(delay, candidate("a", 0), candidate("b", 0))
    await attempt(1)


asyncio.run(main())
