"""get_coro() and get_context() of a lazy task; the coroutine stays after the end."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="nothing")


async def body():
    var.set("set by the body")
    await asyncio.sleep(0)


async def main():
    coro = body()
    task = asyncio.create_task(coro)
    print(task.get_coro() is coro, task.get_loop() is asyncio.get_running_loop())
    context = task.get_context()
    print(context.run(var.get))
    await task
    print(task.get_coro() is coro, context.run(var.get), var.get())
    print(task.get_context() is context)


asyncio.run(main())
