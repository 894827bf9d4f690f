"""The context of a done callback is copied when it is added, also on a done future."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default=None)


def callback(future):
    print("callback sees", var.get())
    var.set(99)


async def main():
    future = asyncio.get_running_loop().create_future()
    var.set(1)
    future.add_done_callback(callback)
    var.set(2)
    future.add_done_callback(callback)
    var.set(3)
    future.set_result(None)
    var.set(4)
    future.add_done_callback(callback)
    var.set(5)
    await asyncio.sleep(0)
    print("main sees", var.get())


asyncio.run(main())
