"""The documentation's run_coroutine_threadsafe: the coroutine's result arrives in the future of a thread."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    coro = asyncio.sleep(1, result=3)
    future = asyncio.run_coroutine_threadsafe(coro, loop)
    print(future.done())
    await asyncio.sleep(2)
    print(future.done(), future.result())


asyncio.run(main())
