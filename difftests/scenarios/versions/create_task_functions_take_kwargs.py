"""asyncio.create_task and TaskGroup.create_task know name and context alone; later they give on whatever they got (gh-128307).

A factory that gets keywords is told of a name first, then, even if there is none.
"""
# flag: create_task_functions_take_kwargs
import asyncio


def factory(loop, coro, **keywords):
    print("   the factory is told", {name: value for name, value in keywords.items() if name != "context"})
    keywords.pop("colour", None)
    return asyncio.Task(coro, loop=loop, **keywords)


async def body():
    pass


async def attempt(text, create, **keywords):
    coro = body()
    try:
        task = create(coro, **keywords)
        print(text, "takes", list(keywords))
        await task
    except TypeError:
        print(text, "does not take", list(keywords))
        coro.close()


async def main():
    asyncio.get_running_loop().set_task_factory(factory)
    await attempt("asyncio.create_task", asyncio.create_task)
    await attempt("asyncio.create_task", asyncio.create_task, colour="red")
    async with asyncio.TaskGroup() as group:
        await attempt("TaskGroup.create_task", group.create_task)
        await attempt("TaskGroup.create_task", group.create_task, colour="red")


asyncio.run(main())
