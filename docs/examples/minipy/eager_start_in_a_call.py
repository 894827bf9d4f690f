"""An eager start runs inside create_task up to the first wait, in the child's own context; then the parent goes on."""
import asyncio
import contextvars

who = contextvars.ContextVar("who", default="nobody")


async def child(future):
    print("child begins, inside create_task")
    who.set("child")
    await future
    print("child goes on as", who.get())


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    future = loop.create_future()
    task = loop.create_task(child(future))
    print("parent goes on as", who.get())
    future.set_result(None)
    await task


asyncio.run(main())
