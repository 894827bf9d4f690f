"""The program that docs/minipy.md follows from its text to its end."""
import asyncio


async def fetch(name, seconds):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(name, "was cancelled")
        raise
    return name


async def main():
    print(await fetch("page", 0.25))


asyncio.run(main())
