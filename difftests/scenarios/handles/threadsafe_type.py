"""The class of what call_soon_threadsafe gives: Handle, since 3.14 _ThreadSafeHandle (gh-128340)."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    print(type(loop.call_soon(print, "soon")).__name__)
    print(type(loop.call_later(1, print, "later")).__name__)
    handle = loop.call_soon_threadsafe(print, "threadsafe")
    print(type(handle).__name__, isinstance(handle, asyncio.Handle), isinstance(handle, asyncio.TimerHandle))
    await asyncio.sleep(2)


asyncio.run(main())
