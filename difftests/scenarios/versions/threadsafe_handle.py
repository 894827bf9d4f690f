"""call_soon_threadsafe() gives a Handle; later a subclass of it (gh-128340)."""
# flag: threadsafe_handle
import asyncio


async def main():
    print(type(asyncio.get_running_loop().call_soon_threadsafe(int)).__name__)


asyncio.run(main())
