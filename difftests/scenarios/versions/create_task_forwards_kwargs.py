"""A task factory gets the context if there is one, and nothing else; later it gets every keyword argument as it was given
(gh-128308, gh-133745)."""
# flag: create_task_forwards_kwargs
import asyncio


def factory(loop, coro, **keywords):
    print("the factory gets", sorted(keywords))
    return asyncio.Task(coro, loop=loop)


async def body():
    pass


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    await loop.create_task(body(), name="given", context=None)
    loop.set_task_factory(None)


asyncio.run(main())
