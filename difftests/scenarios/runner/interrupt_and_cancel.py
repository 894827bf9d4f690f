"""A main task that is also cancelled by somebody else ends with CancelledError, not KeyboardInterrupt."""
import asyncio
import signal


async def main():
    asyncio.current_task().cancel("mine")
    signal.raise_signal(signal.SIGINT)
    print(asyncio.current_task().cancelling())
    await asyncio.sleep(1)


try:
    asyncio.run(main())
except asyncio.CancelledError as error:
    print(repr(error))
