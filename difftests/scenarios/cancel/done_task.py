"""cancel() of a task that is done says False and changes nothing but the mark of an error nobody asked for."""
import asyncio


async def value():
    return 1


async def fail():
    raise ValueError("never reported")


async def main():
    done = asyncio.create_task(value())
    failed = asyncio.create_task(fail())
    await asyncio.sleep(0)
    print(done.cancel("late"), done.cancelled(), done.cancelling(), done.result())
    print(failed.cancel("late"), failed.cancelled(), failed.cancelling())


asyncio.run(main())
