"""A cancelled gather that returns exceptions waits for all children, and is a CancelledError then."""
import asyncio


async def work(name, cleanup):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(cleanup)
        print(name, "cleaned up")
        raise


async def main():
    gathering = asyncio.gather(work("a", 1), work("b", 3), work("c", 2), return_exceptions=True)
    await asyncio.sleep(1)
    print(gathering.cancel("enough"))
    try:
        print(await gathering)
    except asyncio.CancelledError as error:
        print("gather", error.args, gathering.cancelled(), asyncio.get_running_loop().time())


asyncio.run(main())
