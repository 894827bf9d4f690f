"""Every run of a Runner counts its own Ctrl-C."""
import asyncio
import signal


async def interrupted(n):
    try:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(1)
    finally:
        print(n, "is left")


async def fine():
    await asyncio.sleep(0)
    return "fine"


with asyncio.Runner() as runner:
    for n in range(2):
        try:
            runner.run(interrupted(n))
        except KeyboardInterrupt as error:
            print(repr(error))
    print(runner.run(fine()))
