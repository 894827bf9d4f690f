"""create_task of a group takes a name and a context."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")


async def child():
    print(asyncio.current_task().get_name(), "sees", var.get())
    var.set("set by " + asyncio.current_task().get_name())


async def main():
    context = contextvars.copy_context()
    context.run(var.set, "in the context")
    var.set("of main")
    async with asyncio.TaskGroup() as group:
        group.create_task(child(), name="first")
        group.create_task(child(), name="second", context=context)
        third = group.create_task(child(), context=context)
        third.set_name("third")
    print("main has", var.get(), "and the context", context.run(var.get))


asyncio.run(main())
