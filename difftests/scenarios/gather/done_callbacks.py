"""Callbacks of the children run in their order around the gather's own; the gather's are told a turn later."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda f: print("before", gathering.done()))
    gathering = asyncio.gather(future)
    future.add_done_callback(lambda f: print("after", gathering.done()))
    gathering.add_done_callback(lambda g: print("gather", g.result()))
    future.set_result(1)
    print(await gathering)


asyncio.run(main())
