"""create_task(name=): whether the factory, and so an eager first step, sees the name (gh-128308)."""
import asyncio


def factory(loop, coro, **keywords):
    print("the factory got the name", "name" in keywords)
    return asyncio.eager_task_factory(loop, coro, **keywords)


async def body(own):
    task = asyncio.current_task()
    print("first step named", task.get_name() == "given")
    if own:
        task.set_name("own")
    await asyncio.sleep(0)
    print("second step is", task.get_name())


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    await loop.create_task(body(False), name="given")
    await loop.create_task(body(True), name="given")
    task = loop.create_task(body(False))
    task.set_name("after")
    await task
    loop.set_task_factory(None)


asyncio.run(main())
