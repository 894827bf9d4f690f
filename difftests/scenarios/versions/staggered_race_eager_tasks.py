"""A race whose tasks start eagerly; before gh-124309 the tasks come into its list in another order, and an assertion fails."""
# flag: staggered_race_eager_tasks
import asyncio
from asyncio.staggered import staggered_race


async def work():
    await asyncio.sleep(1)
    return "work"


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    try:
        print(await staggered_race([work, work], 2))
    except AssertionError as error:
        print("AssertionError", error)


asyncio.run(main())
