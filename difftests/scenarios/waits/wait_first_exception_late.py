"""A wait for the first exception was cancelled, then the future fails: its callback, which was on its way, has asked."""
import asyncio


async def waiter(futures, when):
    try:
        await asyncio.wait(futures, return_when=when)
    except asyncio.CancelledError:
        print("cancelled")


async def main(when):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"], repr(context["exception"])))
    futures = [loop.create_future() for _ in range(3)]
    task = asyncio.create_task(waiter(futures, when))
    await asyncio.sleep(0)
    task.cancel()
    futures[0].set_exception(ValueError("cancelled before"))
    await task
    await asyncio.sleep(0)
    task = asyncio.create_task(waiter(futures[1:], when))
    await asyncio.sleep(0)
    futures[1].set_exception(ValueError("cancelled behind"))
    task.cancel()
    await task
    await asyncio.sleep(0)
    print("dropped")
    del futures
    await asyncio.sleep(0)


for when in asyncio.FIRST_EXCEPTION, asyncio.FIRST_COMPLETED, asyncio.ALL_COMPLETED:
    print(when)
    asyncio.run(main(when))
