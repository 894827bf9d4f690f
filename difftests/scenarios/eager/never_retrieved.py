"""The error of an eager first step that nobody asks for is reported when the task is dropped."""
# requires: 3.13.12, 3.14.3
import asyncio


def handler(loop, context):
    print("handler", context["message"], repr(context["exception"]))


async def fail(word):
    raise ValueError(word)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(fail("asked for"))
    print(repr(task.exception()))
    del task
    task = asyncio.create_task(fail("not asked for"))
    print("drop it")
    del task
    print("main ends")


asyncio.run(main())
