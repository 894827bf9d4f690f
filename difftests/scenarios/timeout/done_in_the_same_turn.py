"""A timeout beats a result that arrives in the same turn, whichever timer came first: the result is lost."""
import asyncio


async def wait(future, first):
    loop = asyncio.get_running_loop()
    if first:
        loop.call_later(1, future.set_result, "result")
    try:
        async with asyncio.timeout(1) as limit:
            if not first:
                loop.call_later(1, future.set_result, "result")
            print("got", await future)
    except TimeoutError:
        print("late", future, limit)


async def main():
    loop = asyncio.get_running_loop()
    await wait(loop.create_future(), True)
    future = loop.create_future()
    try:
        await wait(future, False)
    finally:
        print(future.cancelled())


asyncio.run(main())
