"""The documentation's say_after: two coroutines awaited one after the other take the sum of their times."""
import asyncio


async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)


async def main():
    now = asyncio.get_running_loop().time
    print(f"started at {now()}")
    await say_after(1, "hello")
    await say_after(2, "world")
    print(f"finished at {now()}")


asyncio.run(main())
