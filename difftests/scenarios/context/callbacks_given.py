"""context= of call_soon, call_later, call_at and add_done_callback."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="default")


def show(name, *rest):
    print(name, "sees", var.get())
    var.set("set by " + name)


async def main():
    loop = asyncio.get_running_loop()
    var.set("main")
    context = contextvars.copy_context()
    context.run(var.set, "given")
    loop.call_soon(show, "call_soon", context=context)
    loop.call_later(1, show, "call_later", context=context)
    loop.call_at(2, show, "call_at", context=context)
    loop.call_soon_threadsafe(show, "call_soon_threadsafe", context=context)
    future = loop.create_future()
    future.add_done_callback(lambda future: show("done callback"), context=context)
    loop.call_later(3, future.set_result, None)
    await future
    await asyncio.sleep(0)
    print("main has", var.get(), "the context", context.run(var.get))


asyncio.run(main())
