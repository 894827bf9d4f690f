"""A deadline of now comes before timers that are due, and after what is queued already."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(print, "queued before")
    loop.call_at(loop.time(), print, "timer due now")
    try:
        async with asyncio.timeout(0):
            loop.call_soon(print, "queued after")
            try:
                await asyncio.sleep(5)
            finally:
                print("cancelled")
    except TimeoutError:
        print("late")
    await asyncio.sleep(1)


asyncio.run(main())
