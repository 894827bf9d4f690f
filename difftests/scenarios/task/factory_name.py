"""A factory's own name is overwritten by the text 'None' (gh-105684, gh-130033)."""
import asyncio


def factory(loop, coro, **keywords):
    return asyncio.Task(coro, loop=loop, name="by the factory")


async def body():
    return asyncio.current_task().get_name()


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    plain = loop.create_task(body())
    print("plain:", plain.get_name())
    named = loop.create_task(body(), name="given")
    print("named:", named.get_name())
    print("in the bodies:", await plain, "and", await named)


asyncio.run(main())
