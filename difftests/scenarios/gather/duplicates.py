"""An argument that is there twice is waited for once and has two places in the result; so has a coroutine."""
import asyncio


async def work(value):
    await asyncio.sleep(1)
    return value


async def main():
    future = asyncio.get_running_loop().create_future()
    coroutine = work("c")
    gathering = asyncio.gather(future, coroutine, future, coroutine, future)
    print(len(asyncio.all_tasks()))
    future.set_result("f")
    print(await gathering)


asyncio.run(main())
