"""An eager start that cannot enter its context leaves its task behind as the current one, and nothing runs any more; later the
current task is put back (gh-157301)."""
# record: not compared, the steps that cannot be entered any more have no end in aiocore
# flag: eager_start_failure_is_clean
import asyncio
import contextvars


async def body():
    print("the body runs")


def start(loop, context, coro):
    try:
        asyncio.Task(coro, loop=loop, context=context, name="stranded", eager_start=True)
    except RuntimeError as error:
        print("RuntimeError", str(error).split(":")[0])


def handler(loop, context):
    if "exception" in context:
        print("handler:", type(context["exception"]).__name__)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    context = contextvars.copy_context()
    coro = body()
    context.run(start, loop, context, coro)
    print("current task", asyncio.current_task().get_name())
    print("all tasks", sorted(task.get_name() for task in asyncio.all_tasks()))
    loop.call_soon(print, "a callback runs")
    await asyncio.sleep(0)
    print("the loop is alive")
    coro.close()


asyncio.run(main())
