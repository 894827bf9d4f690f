"""Tokens: reset goes back to the value before, also to no value; a token is good for one reset in its context."""
import asyncio
import contextvars

var = contextvars.ContextVar("var")
other = contextvars.ContextVar("other", default=0)


def value():
    try:
        return var.get()
    except LookupError:
        return "no value"


async def main():
    print(value(), var.get("default of get"), other.get(), other.get(5), var.name)
    first = var.set(1)
    second = var.set(2)
    print(value())
    var.reset(second)
    print(value())
    var.reset(first)
    print(value())
    try:
        var.reset(first)
    except RuntimeError:
        print("RuntimeError: used already")
    third = var.set(3)
    try:
        other.reset(third)
    except ValueError:
        print("ValueError: of another variable")
    context = contextvars.copy_context()
    try:
        context.run(var.reset, third)
    except ValueError:
        print("ValueError: of another context")
    print(value())


asyncio.run(main())
