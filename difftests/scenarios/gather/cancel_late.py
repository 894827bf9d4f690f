"""cancel() of a gather that is done, or whose children are all done, is refused."""
import asyncio


async def fail():
    raise ValueError("x")


async def main():
    loop = asyncio.get_running_loop()
    future, other = loop.create_future(), loop.create_future()
    gathering = asyncio.gather(future)
    future.set_result(1)
    print(gathering.cancel(), gathering.done())
    print(await gathering, gathering.cancel())
    gathering = asyncio.gather(fail(), other)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(gathering.done(), gathering.cancel(), other.cancelled(), gathering._log_traceback)
    print(repr(gathering.exception()))


asyncio.run(main())
