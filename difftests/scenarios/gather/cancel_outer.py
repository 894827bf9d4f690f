"""cancel() of a gather cancels the children; the gather fails when the first of them has ended."""
import asyncio


async def work(name):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args)
        raise


async def main():
    gathering = asyncio.gather(work("a"), work("b"))
    await asyncio.sleep(1)
    print(gathering.cancel("enough"), gathering.done())
    try:
        await gathering
    except asyncio.CancelledError as error:
        print("gather", error.args, gathering.cancelled(), gathering.cancel())


asyncio.run(main())
