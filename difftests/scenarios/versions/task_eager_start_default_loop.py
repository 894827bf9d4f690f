"""Task(coro, eager_start=True) without a loop is an AttributeError; later it takes the running loop (gh-154695)."""
# flag: task_eager_start_default_loop
import asyncio


async def body():
    return 1


async def main():
    coro = body()
    try:
        task = asyncio.Task(coro, eager_start=True)
        print("done at once", task.done())
    except AttributeError:
        print("AttributeError")
        coro.close()


asyncio.run(main())
