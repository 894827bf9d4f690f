"""The exception handler, where it is told at once, runs in a copy of the context of who called shield()."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"], var.get()))
    var.set("caller")
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    var.set("later")
    outer.cancel()
    await asyncio.sleep(0)
    inner.set_exception(ValueError("x"))
    await asyncio.sleep(0)
    print(repr(inner.exception()))


asyncio.run(main())
