"""The loop calls set_name() on what a task factory returned although no name was asked for: the task is called 'None'.  Before
and after, the factory's own name stays (gh-105684, gh-130033)."""
# flag: factory_always_set_name
import asyncio


def factory(loop, coro, **keywords):
    return asyncio.Task(coro, loop=loop, name="by the factory")


async def body():
    pass


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    print(loop.create_task(body()).get_name())


asyncio.run(main())
