"""A task that was cancelled goes on in its own context: in its handlers, its clean-up, and what it schedules there."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="nothing")


async def inner():
    var.set("inner")
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        print("caught in", var.get())
        asyncio.get_running_loop().call_soon(lambda: print("scheduled in", var.get()))
        var.set("changed")
        await asyncio.sleep(1)
        print("cleans up in", var.get())
        raise
    finally:
        print("finally in", var.get())


async def main():
    var.set("main")
    task = asyncio.create_task(inner())
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(0.5)
    print("outside", var.get())
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("ended, outside", var.get())


asyncio.run(main())
