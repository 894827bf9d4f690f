"""The documentation's eager tasks: with the factory set, a coroutine that need not wait never meets the loop."""
import asyncio


async def cached(key):
    return f"value of {key}"


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(cached("a"))
    print(task.done())
    loop.set_task_factory(asyncio.eager_task_factory)
    eager = asyncio.create_task(cached("b"))
    print(eager.done(), eager.result())
    print(await task)


asyncio.run(main())
