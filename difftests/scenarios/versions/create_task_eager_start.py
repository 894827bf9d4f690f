"""The create_task of a loop takes no eager_start; later it makes a task that has begun when it is there (gh-128307)."""
# flag: create_task_eager_start
import asyncio


async def body():
    print("the body runs")


async def main():
    coro = body()
    try:
        task = asyncio.get_running_loop().create_task(coro, eager_start=True)
        print("there is a task")
        await task
    except TypeError:
        print("TypeError")
        coro.close()


asyncio.run(main())
