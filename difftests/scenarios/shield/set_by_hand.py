"""An outer future that is set by hand: the inner one's callback fails, which the exception handler is told."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()

    def handler(loop, context):
        print(context["message"].split("(")[0], repr(context["exception"]))

    loop.set_exception_handler(handler)
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    outer.set_result("mine")
    inner.set_result("inner")
    await asyncio.sleep(0)
    print(await outer, await inner)
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    outer.set_result("mine")
    await asyncio.sleep(0)
    inner.set_result("inner")
    await asyncio.sleep(0)
    print(await outer, await inner)


asyncio.run(main())
