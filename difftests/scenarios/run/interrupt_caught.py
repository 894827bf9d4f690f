"""KeyboardInterrupt caught around asyncio.run is an exception like others."""
import asyncio


async def main():
    raise KeyboardInterrupt("caught outside")


try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    print(repr(error))
print("the program goes on")
