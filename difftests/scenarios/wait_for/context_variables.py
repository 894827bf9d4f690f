"""What is waited for runs in the caller's context with time, and in a copy of it without."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")


async def sets(value):
    print("sees", var.get())
    var.set(value)


async def main():
    var.set("main")
    await asyncio.wait_for(sets("with time"), 5)
    print(var.get())
    await asyncio.wait_for(sets("for ever"), None)
    print(var.get())
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    await asyncio.wait_for(sets("without"), 0)
    print(var.get())


asyncio.run(main())
