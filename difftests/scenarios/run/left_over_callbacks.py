"""Callbacks and timers that are left when main ends run as long as the shutdown takes, then they are dropped."""
import asyncio


async def slow_to_end():
    try:
        await asyncio.sleep(100)
    finally:
        await asyncio.sleep(2)


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(slow_to_end())
    loop.call_later(1, print, "timer at 1")
    loop.call_later(1.5, print, "timer at 1.5")
    loop.call_later(50, print, "timer at 50, never printed")
    await asyncio.sleep(0)
    loop.call_soon(print, "queued at the end")
    print("main ends", task.done())


asyncio.run(main())
print("end")
