"""A thread's future that somebody else completes: the task's end finds that out, and the exception handler is told."""
import asyncio


async def child(fails):
    await asyncio.sleep(1)
    if fails:
        raise ValueError("lost")


def handler(loop, context):
    print("handler", context["message"].split(" at ")[0].split("(")[0], repr(context["exception"]))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    for fails in False, True:
        future = asyncio.run_coroutine_threadsafe(child(fails), loop)
        await asyncio.sleep(0)
        future.set_result("early")
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        print(future.result(), len(tasks))
        await asyncio.sleep(2)
        print(repr(tasks[0].exception()))


asyncio.run(main())
