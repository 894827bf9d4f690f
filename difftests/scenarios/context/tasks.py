"""A task's context is copied by the constructor; an eager first step runs in it, not in the creator's."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default=None)


async def body(name):
    print(name, "begins with", var.get())
    var.set(var.get() + 10)
    await asyncio.sleep(0)
    print(name, "has", var.get())


async def main():
    loop = asyncio.get_running_loop()
    var.set(1)
    lazy = asyncio.create_task(body("lazy"))
    var.set(2)
    loop.set_task_factory(asyncio.eager_task_factory)
    eager = asyncio.create_task(body("eager"))
    print("main has", var.get())
    await lazy
    await eager
    print("main has", var.get())


asyncio.run(main())
