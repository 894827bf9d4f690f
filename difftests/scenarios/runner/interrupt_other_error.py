"""A main task that turns the cancel of Ctrl-C into another error raises that."""
import asyncio
import signal


async def main():
    try:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        raise ValueError("instead")


try:
    asyncio.run(main())
except ValueError as error:
    print(repr(error), repr(error.__context__))
