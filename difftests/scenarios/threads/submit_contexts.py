"""A submitted coroutine runs in a copy of the context of who submitted it."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")


async def child():
    before = var.get()
    var.set("child")
    return before


async def main():
    var.set("main")
    future = asyncio.run_coroutine_threadsafe(child(), asyncio.get_running_loop())
    var.set("later")
    future.add_done_callback(lambda f: print("done callback", var.get()))
    print(await asyncio.wrap_future(future), var.get())


asyncio.run(main())
