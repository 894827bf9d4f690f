"""Context.run: nested contexts, values and errors pass through, and a context is entered once at a time."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="default")


def change(value, fails=False):
    before = var.get()
    var.set(value)
    if fails:
        raise ValueError(value)
    return before


def nested(context):
    try:
        return context.run(var.get)
    except RuntimeError:
        return "RuntimeError: entered already"


async def main():
    context = contextvars.copy_context()
    print(context.run(change, "one"), context.run(change, "two"), var.get())
    try:
        context.run(change, "three", fails=True)
    except ValueError as error:
        print(repr(error), context.run(var.get), var.get())
    print(context.run(nested, context))
    print(context.run(lambda: contextvars.copy_context().run(change, "inner copy")), context.run(var.get))
    print(contextvars.Context().run(var.get))


asyncio.run(main())
