"""A gather that nobody holds goes on: its children keep it; who awaits it later is not needed."""
import asyncio


async def child(name, delay):
    await asyncio.sleep(delay)
    print(name)


async def main():
    asyncio.gather(child("a", 1), child("b", 2))
    await asyncio.sleep(3)
    print("end")


asyncio.run(main())
