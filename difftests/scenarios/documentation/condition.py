"""The documentation's Condition: wait for an event and have exclusive access to the shared state then."""
import asyncio


async def waiter(cond, name):
    async with cond:
        await cond.wait()
        print(name, "goes on", cond.locked())


async def main():
    cond = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(cond, name)) for name in "ABC"]
    await asyncio.sleep(1)
    async with cond:
        cond.notify(2)
        print("two are told")
    await asyncio.sleep(1)
    await cond.acquire()
    try:
        cond.notify_all()
    finally:
        cond.release()
    await asyncio.gather(*tasks)


asyncio.run(main())
