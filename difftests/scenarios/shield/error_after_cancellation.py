"""The error of an inner future whose shield was cancelled, retrieved later: 3.14.0 to 3.14.8 tell the handler at once."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"], repr(context["exception"]), sorted(context)))
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    outer.cancel()
    await asyncio.sleep(0)
    inner.set_exception(ValueError("x"))
    await asyncio.sleep(0)
    print(inner._log_traceback, repr(inner.exception()))


asyncio.run(main())
