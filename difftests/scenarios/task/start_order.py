"""Tasks start in the order of their creation, behind what was queued before, and take turns at each sleep(0)."""
import asyncio


async def body(name, steps):
    for i in range(steps):
        print(name, i)
        await asyncio.sleep(0)
    print(name, "ends")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(print, "queued before")
    tasks = [asyncio.create_task(body(name, steps)) for name, steps in (("a", 3), ("b", 1), ("c", 2))]
    loop.call_soon(print, "queued after")
    print("main goes on")
    for task in tasks:
        await task
        print("main saw one end")


asyncio.run(main())
