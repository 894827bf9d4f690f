"""Hundreds of timers, most of them cancelled: those that are left run in the order of their deadlines."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    seen = []
    handles = []
    for i in range(400):
        handles.append(loop.call_at(1 + (i * 37 % 400) / 100, seen.append, i * 37 % 400))
    for i in range(400):
        if i * 37 % 400 % 25 != 0:
            handles[i].cancel()
    await asyncio.sleep(10)
    print(seen)
    print(loop.time())


asyncio.run(main())
