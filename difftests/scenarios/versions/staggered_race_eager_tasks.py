"""A race whose tasks start eagerly; before gh-124309 they run before they are in its list, and an assertion fails."""
# flag: staggered_race_eager_tasks
import asyncio
from asyncio.staggered import staggered_race


async def work():
    print("work")
    await asyncio.sleep(1)
    return "work"


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    loop.call_soon(print, "next turn")
    try:
        print(await staggered_race([work, work], 2))
    except AssertionError as error:
        print("AssertionError", error)


asyncio.run(main())
