"""create_eager_task_factory with a constructor of one's own; which keywords it gets."""
import asyncio


def constructor(coro, *, loop, eager_start, **keywords):
    print("constructor", loop is asyncio.get_running_loop(), eager_start, sorted(keywords))
    return asyncio.Task(coro, loop=loop, eager_start=eager_start, **keywords)


async def body(value):
    print("body", value)
    return value


async def main():
    loop = asyncio.get_running_loop()
    factory = asyncio.create_eager_task_factory(constructor)
    loop.set_task_factory(factory)
    print(loop.get_task_factory() is factory)
    task = asyncio.create_task(body(1), name="given")
    print(task.done(), task.get_name())
    task = loop.create_task(body(2))
    print(task.done(), task.result())
    async with asyncio.TaskGroup() as group:
        task = group.create_task(body(3), name="child")
    print(task.done(), task.result(), task.get_name())
    loop.set_task_factory(None)


asyncio.run(main())
