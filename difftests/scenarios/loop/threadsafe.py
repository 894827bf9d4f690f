"""call_soon_threadsafe on the loop's own thread queues like call_soon and can be cancelled."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(print, "first")
    loop.call_soon_threadsafe(print, "second")
    loop.call_soon(print, "third")
    dropped = loop.call_soon_threadsafe(print, "dropped")
    dropped.cancel()
    print("cancelled", dropped.cancelled())
    loop.call_soon_threadsafe(loop.call_soon, print, "one turn later")
    await asyncio.sleep(0)
    print("main")
    await asyncio.sleep(0)


asyncio.run(main())
