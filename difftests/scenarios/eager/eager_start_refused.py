"""Where create_task takes eager_start: everywhere since 3.14, in 3.13.3 and later only the loop's (gh-128307)."""
import asyncio


async def body():
    print("    body runs")


async def attempt(text, create):
    coro = body()
    try:
        task = create(coro, eager_start=True)
        print(text, "takes it")
        await task
    except TypeError:
        print(text, "does not take it")
        coro.close()


async def main():
    loop = asyncio.get_running_loop()
    await attempt("asyncio.create_task", asyncio.create_task)
    await attempt("loop.create_task", loop.create_task)
    async with asyncio.TaskGroup() as group:
        await attempt("group.create_task", group.create_task)


asyncio.run(main())
