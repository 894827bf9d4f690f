"""A task factory of one's own: it sees every create_task, groups' too, and may be taken away again."""
import asyncio

made = []


def factory(loop, coro, **keywords):
    task = asyncio.Task(coro, loop=loop)
    made.append(task)
    print("the factory made task", len(made))
    return task


async def body(value):
    await asyncio.sleep(1)
    return value


async def main():
    loop = asyncio.get_running_loop()
    print(loop.get_task_factory())
    loop.set_task_factory(factory)
    print(loop.get_task_factory() is factory)
    first = asyncio.create_task(body(1))
    second = loop.create_task(body(2))
    async with asyncio.TaskGroup() as group:
        third = group.create_task(body(3))
    loop.set_task_factory(None)
    fourth = asyncio.create_task(body(4))
    print(await first, await second, third.result(), await fourth)
    print(len(made), made[0] is first, made[2] is third)
    try:
        loop.set_task_factory(7)
    except TypeError as error:
        print(repr(error))


asyncio.run(main())
