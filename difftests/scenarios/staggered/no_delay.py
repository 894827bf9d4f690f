"""Without a delay (None) the next candidate waits until the one before has failed, however long that takes."""
import asyncio
from asyncio.staggered import staggered_race


async def fails():
    print("fails", asyncio.get_running_loop().time())
    await asyncio.sleep(100)
    raise OSError("no")


async def wins():
    print("wins", asyncio.get_running_loop().time())
    await asyncio.sleep(1)


async def never():
    print("never")


async def main():
    print(await staggered_race([fails, fails, wins, never], None))
    print(await staggered_race([wins, never], None, loop=None))


asyncio.run(main())
