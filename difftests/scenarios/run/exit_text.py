"""SystemExit with a text: the text goes to standard error, the status is 1."""
import asyncio


async def main():
    print("before")
    raise SystemExit("a last word on stderr")


asyncio.run(main())
