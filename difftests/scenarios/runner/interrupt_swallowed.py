"""A main task that swallows the cancel of Ctrl-C returns as if there had been none."""
import asyncio
import signal


async def main():
    try:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        print("swallowed", asyncio.current_task().cancelling())
    await asyncio.sleep(1)
    return "result"


print(asyncio.run(main()))
