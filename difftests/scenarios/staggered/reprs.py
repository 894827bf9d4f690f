"""How its tasks look."""
import asyncio
from asyncio.staggered import staggered_race


def shown(task):
    text = repr(task)
    return text[:text.index(" running at")] if " running at" in text else text


async def work():
    print(shown(asyncio.current_task()))
    await asyncio.sleep(3)
    return "work"


async def main():
    race = asyncio.create_task(staggered_race([work, work], 1), name="race")
    await asyncio.sleep(2)
    for task in asyncio.all_tasks():
        coro = task.get_coro()
        print(task.get_name(), coro.__name__, coro.__qualname__, "wait_for=" in repr(task), "cb=" in repr(task))
    print(await race)


asyncio.run(main())
