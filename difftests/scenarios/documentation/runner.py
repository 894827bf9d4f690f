"""The documentation's Runner: a loop that is made once and runs what it is given."""
import asyncio


async def main():
    await asyncio.sleep(1)
    print("hello")


with asyncio.Runner() as runner:
    runner.run(main())
