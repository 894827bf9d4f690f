"""The documentation's say_after in a TaskGroup: the await is implicit when the block ends."""
import asyncio


async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)


async def main():
    now = asyncio.get_running_loop().time
    async with asyncio.TaskGroup() as tg:
        tg.create_task(say_after(1, "hello"))
        tg.create_task(say_after(2, "world"))
        print(f"started at {now()}")
    print(f"finished at {now()}")


asyncio.run(main())
