"""FIRST_EXCEPTION asks each future but the last one for its exception, which then counts as retrieved; the others do not ask."""
import asyncio


async def fail(seconds):
    await asyncio.sleep(seconds)
    raise ValueError(f"after {seconds}")


async def show(when, *delays):
    tasks = [asyncio.create_task(fail(delay)) for delay in delays]
    await asyncio.wait(tasks, return_when=when)
    await asyncio.sleep(5)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"], repr(context["exception"])))
    for when in (asyncio.ALL_COMPLETED, asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION):
        for delays in ((1,), (1, 2), (1, 1, 1)):
            print(when, delays)
            await show(when, *delays)


asyncio.run(main())
