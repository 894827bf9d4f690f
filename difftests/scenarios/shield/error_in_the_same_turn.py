"""Outer cancelled and inner failed in one turn: before 3.14 the error counts as retrieved."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"]))
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    outer.cancel()
    inner.set_exception(ValueError("x"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(inner._log_traceback)
    inner.exception()


asyncio.run(main())
