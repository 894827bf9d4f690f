"""Callbacks get a copy of the context made at the call; a context given by hand is used itself."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default=None)


def show_and_set(name, value):
    print(name, "sees", var.get())
    var.set(value)


async def main():
    loop = asyncio.get_running_loop()
    var.set(1)
    loop.call_soon(show_and_set, "copy a", 10)
    loop.call_later(0, show_and_set, "timer", 20)
    var.set(2)
    loop.call_soon(show_and_set, "copy b", 30)
    shared = contextvars.copy_context()
    loop.call_soon(show_and_set, "shared a", 40, context=shared)
    loop.call_soon(show_and_set, "shared b", 50, context=shared)
    var.set(3)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("main sees", var.get())


asyncio.run(main())
