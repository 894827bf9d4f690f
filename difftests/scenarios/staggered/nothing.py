"""Without candidates there is a task all the same, and nobody wins; functions may come from any iterable."""
import asyncio
from asyncio.staggered import staggered_race


async def one():
    return 1


def functions():
    print("first")
    yield one
    print("second")
    yield one
    print("end")


async def main():
    print(await staggered_race([], 1))
    print(await staggered_race(functions(), 0.5))
    print(await staggered_race({}, None), await staggered_race(iter((one, one)), 0))
    print(asyncio.current_task().get_name(), asyncio.create_task(one()).get_name())


asyncio.run(main())
