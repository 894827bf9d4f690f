"""Ctrl-C outside of a run, and in a run of a loop without a Runner, is KeyboardInterrupt at once."""
import asyncio
import signal


async def main():
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as error:
        print("inside", repr(error), asyncio.current_task().cancelling())


try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt as error:
    print("outside", repr(error))
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.close()
with asyncio.Runner() as runner:
    runner.get_loop()
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as error:
        print("between", repr(error))
