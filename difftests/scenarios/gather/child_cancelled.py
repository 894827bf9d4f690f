"""A child that is cancelled is an error for the gather, which is not cancelled itself; the others go on."""
import asyncio


async def work(delay):
    await asyncio.sleep(delay)
    return delay


async def main():
    first, second = asyncio.create_task(work(1)), asyncio.create_task(work(2))
    gathering = asyncio.gather(first, second)
    await asyncio.sleep(0)
    first.cancel("why")
    try:
        await gathering
    except asyncio.CancelledError as error:
        print(error.args, asyncio.current_task().cancelling())
    print(gathering.done(), gathering.cancelled(), repr(gathering.exception()))
    try:
        await first
    except asyncio.CancelledError as error:
        print("the task gives", error.args)
    print(await second)


asyncio.run(main())
