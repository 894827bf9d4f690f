"""With a large clock a timer is not due at its own deadline before 3.15 (gh-145703)."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    await asyncio.sleep(16)
    print(f"{loop.time():.9f}")
    await asyncio.sleep(100000000)
    print(f"{loop.time():.9f}")
    loop.call_later(1, print, "timer")
    await asyncio.sleep(1)
    print(f"{loop.time():.9f}")


asyncio.run(main())
