"""An eager child that finishes an earlier argument: that one had its callback already, and is told of in the next turn."""
import asyncio


async def child(future):
    future.set_result("by the child")
    return "child"


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    future = loop.create_future()
    gathering = asyncio.gather(future, child(future))
    print(future.done(), gathering.done())
    print(await gathering)
    future = loop.create_future()
    gathering = asyncio.gather(child(future), future)
    print(gathering.done(), gathering.result())


asyncio.run(main())
