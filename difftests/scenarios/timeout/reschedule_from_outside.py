"""Another task and a callback reschedule a timeout, also just as it expires."""
import asyncio


async def work(limits):
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(2) as limit:
            limits.append(limit)
            await asyncio.sleep(20)
    except TimeoutError:
        print("late", f"{loop.time():.3f}")


async def main():
    loop = asyncio.get_running_loop()
    limits = []
    task = asyncio.create_task(work(limits))
    await asyncio.sleep(1)
    limits[0].reschedule(4)
    await asyncio.sleep(2)
    loop.call_soon(limits[0].reschedule, 3)
    await task
    task = asyncio.create_task(work(limits))
    await asyncio.sleep(0)
    when = limits[1].when()
    loop.call_at(when, lambda: print(limits[1], attempt(limits[1])))
    await task


def attempt(limit):
    try:
        limit.reschedule(100)
    except RuntimeError as error:
        return error


asyncio.run(main())
