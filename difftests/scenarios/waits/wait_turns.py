"""In which turns a wait goes on, beside tasks that await the same future."""
import asyncio


async def turns(count):
    for turn in range(count):
        print("turn", turn)
        await asyncio.sleep(0)


async def plain(future):
    print("await", await future)


async def waits(future):
    await asyncio.wait([future])
    print("wait")


async def main():
    future = asyncio.get_running_loop().create_future()
    tasks = [asyncio.create_task(waits(future)), asyncio.create_task(plain(future))]
    await asyncio.sleep(0)
    ticking = asyncio.create_task(turns(4))
    future.set_result("result")
    await asyncio.wait([*tasks, ticking])


asyncio.run(main())
