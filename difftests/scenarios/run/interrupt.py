"""KeyboardInterrupt of main: finally blocks run, exit status 130."""
import asyncio


async def main():
    try:
        await asyncio.sleep(1)
        raise KeyboardInterrupt
    finally:
        print("main's finally")


asyncio.run(main())
