"""create_task(eager_start=True) is a TypeError; 3.13.3 takes it in the loop's create_task alone, 3.14 everywhere (gh-128307)."""
# flag: create_task_eager_start
import asyncio


async def body():
    print("    the body runs")


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
    await attempt("loop.create_task", asyncio.get_running_loop().create_task)
    await attempt("asyncio.create_task", asyncio.create_task)


asyncio.run(main())
