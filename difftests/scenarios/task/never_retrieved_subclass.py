"""The report about an exception that nobody asked for begins with the name of the class."""
import asyncio


class Errand(asyncio.Task):
    pass


class Promise(asyncio.Future):
    pass


async def fail():
    raise ValueError("nobody asks")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, report: print(report["message"], repr(report["exception"])))
    for task in (Errand(fail()), asyncio.create_task(fail())):
        await asyncio.sleep(0)
    del task
    for make in (Promise, loop.create_future):
        future = make()
        future.set_exception(KeyError(1))
        del future


asyncio.run(main())
