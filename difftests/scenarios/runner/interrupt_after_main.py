"""Ctrl-C in the turn in which the run ends, when the main task is done already: KeyboardInterrupt at once."""
import asyncio
import signal


def interrupt():
    print("interrupt")
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as error:
        print("in the callback:", repr(error), repr(error.__context__))
        raise


async def main():
    asyncio.get_running_loop().call_soon(interrupt)
    return "main"


try:
    print(asyncio.run(main()))
except KeyboardInterrupt as error:
    print("out of run:", repr(error), repr(error.__context__))
