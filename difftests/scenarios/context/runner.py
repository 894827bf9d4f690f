"""All runs of one Runner share a context; asyncio.run copies the caller's; the caller's own stays as it was."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="default")


async def main(value):
    before = var.get()
    var.set(value)
    return before


var.set("outside")
print(asyncio.run(main("first run")), asyncio.run(main("second run")), var.get())
with asyncio.Runner() as runner:
    print(runner.run(main("a")), runner.run(main("b")), var.get())
    var.set("changed outside")
    print(runner.run(main("c")))
    context = contextvars.copy_context()
    print(runner.run(main("d"), context=context), context.run(var.get), runner.run(main("e")))
print(var.get())
