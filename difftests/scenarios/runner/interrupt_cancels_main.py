"""The first Ctrl-C cancels the main task; the run then raises KeyboardInterrupt."""
import asyncio
import signal


async def main():
    try:
        await asyncio.sleep(1)
        signal.raise_signal(signal.SIGINT)
        print("main goes on to its next await", asyncio.current_task().cancelling())
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print("main", repr(error), asyncio.get_running_loop().time())
        raise
    finally:
        await asyncio.sleep(1)
        print("cleaned up")


try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    print(repr(error), repr(error.__cause__), repr(error.__context__))
