"""The KeyboardInterrupt of a run has the CancelledError of its main task as its context."""
import asyncio
import signal


async def main():
    asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
    await asyncio.sleep(1)


try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    print(repr(error), repr(error.__context__), error.__suppress_context__, error.__cause__)
