"""cancelled() before, between and after; cancelling twice, and after the callback ran."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    ran = loop.call_soon(print, "it runs")
    dropped = loop.call_soon(print, "never printed")
    print(ran.cancelled(), dropped.cancelled())
    print(dropped.cancel(), dropped.cancel(), dropped.cancelled())
    await asyncio.sleep(0)
    print(ran.cancelled(), dropped.cancelled())
    ran.cancel()
    print("cancelled after it ran", ran.cancelled())
    timer = loop.call_later(5, print, "never printed")
    timer.cancel()
    print("timer", timer.cancelled(), timer.when())
    await asyncio.sleep(1)
    print("time does not wait for it", loop.time())


asyncio.run(main())
