"""A gather whose result is set by hand is done; what its children do then is nothing to it."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    gathering = asyncio.gather(future)
    gathering.set_result("mine")
    future.set_exception(ValueError("x"))
    print(await gathering)
    await asyncio.sleep(0)
    print(future._log_traceback, gathering.result())


asyncio.run(main())
