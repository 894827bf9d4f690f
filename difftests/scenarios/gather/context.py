"""Children run in copies of the caller's context."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")


async def child(name):
    print(name, var.get())
    var.set(name)
    await asyncio.sleep(0)
    return var.get()


async def main():
    var.set("main")
    print(await asyncio.gather(child("a"), child("b")), var.get())


asyncio.run(main())
