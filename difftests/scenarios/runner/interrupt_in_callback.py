"""Ctrl-C while a callback runs cancels the main task; its wakeup comes after what was queued."""
import asyncio
import signal


def callback(loop):
    loop.call_soon(print, "queued before")
    signal.raise_signal(signal.SIGINT)
    loop.call_soon(print, "queued after")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_later(1, callback, loop)
    try:
        await asyncio.sleep(10)
    finally:
        print("main is left at", loop.time())


try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    print(repr(error))
