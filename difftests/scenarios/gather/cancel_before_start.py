"""A gather that is cancelled before its children have started never lets them run a line."""
import asyncio


async def child(name):
    print("never", name)


async def main():
    for keywords in ({}, {"return_exceptions": True}):
        gathering = asyncio.gather(child("a"), child("b"), **keywords)
        print(gathering.cancel())
        try:
            print(await gathering)
        except asyncio.CancelledError as error:
            print("cancelled", error.args)


asyncio.run(main())
