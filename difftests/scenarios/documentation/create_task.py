"""The documentation's say_after as two tasks: they take as long as the longer one."""
import asyncio


async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)


async def main():
    now = asyncio.get_running_loop().time
    task1 = asyncio.create_task(say_after(1, "hello"))
    task2 = asyncio.create_task(say_after(2, "world"))
    print(f"started at {now()}")
    await task1
    await task2
    print(f"finished at {now()}")


asyncio.run(main())
