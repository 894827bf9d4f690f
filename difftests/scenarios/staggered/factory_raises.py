"""A task factory that raises: before the first candidate the race fails, later the task that wanted another one."""
import asyncio
from asyncio.staggered import staggered_race


async def work():
    await asyncio.sleep(2)
    return "work"


async def attempt(count, error, functions=(work, work)):
    loop = asyncio.get_running_loop()
    made = 0

    def factory(loop, coro, **kwargs):
        nonlocal made
        made += 1
        if made > count:
            coro.close()
            raise error
        return asyncio.Task(coro, loop=loop, **kwargs)

    loop.set_task_factory(factory)
    try:
        print(await staggered_race(functions, 1))
    except BaseException as found:
        print(repr(found), repr(found.__context__))
    loop.set_task_factory(None)
    await asyncio.sleep(5)
    print(len(asyncio.all_tasks()))


async def main():
    await attempt(0, ValueError("first"))
    await attempt(1, ValueError("second"))
    await attempt(2, ValueError("third"))
    await attempt(1, TimeoutError("second"))
    await attempt(2, asyncio.CancelledError("third"))


asyncio.run(main())
