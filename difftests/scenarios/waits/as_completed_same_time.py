"""Futures that are done in one turn come in the order of their callbacks; those done before, in the order given."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(5)]
    futures[3].set_result(3)
    futures[1].set_result(1)
    loop.call_soon(futures[4].set_result, 4)
    loop.call_soon(futures[0].set_result, 0)
    loop.call_later(1, futures[2].set_result, 2)
    for step in asyncio.as_completed(futures):
        print(loop.time(), await step)


asyncio.run(main())
