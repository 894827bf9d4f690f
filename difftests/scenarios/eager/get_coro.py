"""A task that ended in its eager step has no coroutine any more (3.12.1 crashes when asked, gh-122332)."""
# requires: 3.13
import asyncio


async def body(waits):
    if waits:
        await asyncio.sleep(0)
    return 5


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    ended = asyncio.create_task(body(False))
    print(ended.done(), ended.get_coro())
    waiting = asyncio.create_task(body(True))
    print(waiting.done(), waiting.get_coro() is None)
    await waiting
    print(waiting.done(), waiting.get_coro() is None)


asyncio.run(main())
