"""The body of an asynchronous generator runs in the context of whoever drives it, and its changes stay there."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="default")


async def generator():
    for i in range(3):
        print("generator sees", var.get())
        var.set(f"set by the generator {i}")
        yield i


async def step(gen):
    print("task gets", await anext(gen), var.get())


async def main():
    gen = generator()
    print("main gets", await anext(gen), var.get())
    await asyncio.create_task(step(gen))
    print("main has", var.get())
    print("main gets", await anext(gen), var.get())


asyncio.run(main())
