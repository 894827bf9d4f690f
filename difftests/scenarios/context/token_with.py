"""with var.set(value): the token as a context manager resets the variable at the end of the block."""
# requires: 3.14
import asyncio
import contextvars

var = contextvars.ContextVar("var", default=0)


async def child():
    print("child", var.get())


async def main():
    with var.set(1):
        print(var.get())
        with var.set(2):
            task = asyncio.create_task(child())
            print(var.get())
        print(var.get())
        await task
    print(var.get())
    try:
        with var.set(3):
            raise ValueError("x")
    except ValueError:
        print(var.get())


asyncio.run(main())
