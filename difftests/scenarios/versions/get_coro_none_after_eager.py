"""get_coro() of a task that ended in its eager step is None (gh-122332).  Before, it crashes the interpreter."""
# requires: 3.12.5
# flag: get_coro_none_after_eager
import asyncio


async def body():
    pass


async def main():
    print(asyncio.eager_task_factory(asyncio.get_running_loop(), body()).get_coro())


asyncio.run(main())
