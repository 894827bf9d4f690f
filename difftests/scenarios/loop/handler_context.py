"""A handler runs in the context of the task or handle it is told of; if it raises, the loop goes on."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default=None)


def handler(loop, context):
    print("handler:", context["message"][:21], "in", var.get())
    if var.get() == 3:
        raise RuntimeError("the handler fails, too")


def fail():
    raise ValueError("x")


async def child():
    var.set(2)
    await asyncio.sleep(1)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    var.set(1)
    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    loop.call_exception_handler({"message": "no context named"})
    loop.call_exception_handler({"message": "of the task", "task": task})
    loop.call_soon(fail)
    var.set(3)
    loop.call_soon(fail)
    var.set(4)
    await asyncio.sleep(0)
    print("main goes on")
    loop.call_exception_handler({"message": "of main"})
    await task


asyncio.run(main())
