"""create_task(context=): the task runs in that very context; two tasks in one context see each other's changes."""
import asyncio
import contextvars

var = contextvars.ContextVar("var")


async def body(name):
    print(name, "begins with", var.get("nothing"))
    var.set(name)
    await asyncio.sleep(0)
    print(name, "now has", var.get())


async def main():
    var.set("main")
    shared = contextvars.copy_context()
    first = asyncio.create_task(body("first"), context=shared)
    second = asyncio.create_task(body("second"), context=shared)
    third = asyncio.create_task(body("third"))
    fourth = asyncio.create_task(body("fourth"), context=None)
    empty = asyncio.create_task(body("empty"), context=contextvars.Context())
    for task in (first, second, third, fourth, empty):
        await task
    print("main", var.get(), "shared", shared.run(var.get))


asyncio.run(main())
