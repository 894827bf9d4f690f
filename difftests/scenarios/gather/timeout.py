"""A gather whose waiter runs into a timeout is cancelled with its children."""
import asyncio


async def child(name, delay):
    try:
        await asyncio.sleep(delay)
        return name
    except asyncio.CancelledError:
        print(name, "cancelled")
        raise


async def main():
    try:
        async with asyncio.timeout(1):
            await asyncio.gather(child("a", 0.5), child("b", 2), child("c", 3))
    except TimeoutError:
        print("timeout", asyncio.get_running_loop().time())


asyncio.run(main())
