"""The second Ctrl-C is KeyboardInterrupt where the program is."""
import asyncio
import signal


async def main():
    signal.raise_signal(signal.SIGINT)
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as error:
        print("the second", repr(error))
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as error:
        print("the first", repr(error))
        signal.raise_signal(signal.SIGINT)


try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    print("run", repr(error), repr(error.__context__))
