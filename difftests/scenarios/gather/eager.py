"""Eager children that end in their first step make a gather that is done."""
import asyncio


async def child(value, delay=None, error=None):
    print("child", value)
    if delay is not None:
        await asyncio.sleep(delay)
    if error is not None:
        raise error
    return value


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    gathering = asyncio.gather(child("a"), child("b"))
    print(gathering.done(), await gathering)
    gathering = asyncio.gather(child("a"), child("b", 1))
    print(gathering.done(), await gathering)
    gathering = asyncio.gather(child("a", 1), child("b", None, ValueError("b")), child("c", 0))
    print(gathering.done(), repr(gathering.exception()))
    gathering = asyncio.gather(child("a", None, ValueError("a")), child("b"), return_exceptions=True)
    print(gathering.done(), gathering.result())
    await asyncio.sleep(2)


asyncio.run(main())
