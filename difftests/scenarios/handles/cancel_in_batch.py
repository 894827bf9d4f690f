"""A handle that is cancelled while it waits in the current batch is skipped."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()

    def killer():
        print("killer")
        second.cancel()
        print("second cancelled", second.cancelled())
        timer.cancel()

    loop.call_soon(killer)
    second = loop.call_soon(print, "second")
    loop.call_soon(print, "third")
    timer = loop.call_later(1, print, "timer")
    loop.call_later(2, print, "later timer")
    print("before", second.cancelled(), timer.cancelled())
    await asyncio.sleep(0)
    print("next turn")
    await asyncio.sleep(3)
    print(f"{loop.time():.3f}")


asyncio.run(main())
