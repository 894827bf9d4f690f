"""A timeout of 0 or less is a timer that is due: the wait suspends once, and other timers that are due come first or after."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    loop = asyncio.get_running_loop()
    for timeout in (0, 0.0, -1, -5.5, False):
        tasks = [asyncio.create_task(work("at once", 0)), asyncio.create_task(work("later", 1))]
        loop.call_soon(print, "callback")
        loop.call_later(0, print, "timer")
        done, pending = await asyncio.wait(tasks, timeout=timeout)
        print(timeout, loop.time(), len(done), len(pending))
        done, pending = await asyncio.wait(tasks, timeout=timeout)
        print(timeout, loop.time(), len(done), len(pending))
        for task in tasks:
            task.cancel()
        await asyncio.sleep(0)


asyncio.run(main())
