"""The error of a future whose shield was cancelled: the handler was told at once, between gh-86802 and gh-156321."""
# flag: shield_reports_at_once
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"]))
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    outer.cancel()
    await asyncio.sleep(0)
    inner.set_exception(ValueError("x"))
    await asyncio.sleep(0)
    print(repr(inner.exception()))


asyncio.run(main())
