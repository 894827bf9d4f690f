"""The eager task factory has no eager_start; later eager_start=False makes a task that is not eager (gh-128307)."""
# flag: eager_factory_eager_start_kw
import asyncio


async def body():
    return 1


async def main():
    loop = asyncio.get_running_loop()
    coro = body()
    try:
        task = asyncio.eager_task_factory(loop, coro, eager_start=False)
        print("done at once", task.done(), await task)
    except TypeError:
        print("TypeError")
        coro.close()


asyncio.run(main())
