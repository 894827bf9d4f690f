"""Without a handler a failed callback is reported on standard error only, and the program goes on to status 0."""
import asyncio


def fail():
    print("about to fail")
    raise ZeroDivisionError("reported on stderr")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(fail)
    loop.call_later(1, fail)
    await asyncio.sleep(2)
    loop.default_exception_handler({"message": "by hand"})
    print("main ends")


asyncio.run(main())
