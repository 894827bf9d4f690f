"""Ctrl-C while what is left is waited for is KeyboardInterrupt: nobody waits any more."""
import asyncio
import signal


async def left(name):
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        print(name, "is cancelled")
        signal.raise_signal(signal.SIGINT)


async def main():
    tasks = [asyncio.create_task(left(name)) for name in "ab"]
    await asyncio.sleep(0)
    return tasks


try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    print(repr(error))
