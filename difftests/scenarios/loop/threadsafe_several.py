"""Several call_soon_threadsafe in a row run in the order of the calls, and before what call_soon queues after them."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(print, "soon 1")
    loop.call_soon_threadsafe(print, "threadsafe 1")
    loop.call_soon_threadsafe(print, "threadsafe 2")
    loop.call_soon_threadsafe(print, "threadsafe 3")
    loop.call_soon(print, "soon 2")
    await asyncio.sleep(0)
    loop.call_soon_threadsafe(print, "threadsafe 4")
    loop.call_soon_threadsafe(print, "threadsafe 5")
    await asyncio.sleep(0)
    print("end")


asyncio.run(main())
