"""A step raises what its task raised, a cancelled task's CancelledError as well; the next step goes on."""
import asyncio


async def work(name, seconds, error=None):
    await asyncio.sleep(seconds)
    if error is not None:
        raise error
    return name


async def main():
    tasks = [
        asyncio.create_task(work("a", 1)),
        asyncio.create_task(work("b", 2, ValueError("b"))),
        asyncio.create_task(work("c", 9)),
        asyncio.create_task(work("d", 4)),
    ]
    asyncio.get_running_loop().call_later(3, tasks[2].cancel, "unwanted")
    for step in asyncio.as_completed(tasks):
        try:
            print(await step)
        except ValueError as error:
            print(repr(error), error.__context__)
        except asyncio.CancelledError as error:
            print(repr(error), asyncio.current_task().cancelling())
    print(asyncio.get_running_loop().time())


asyncio.run(main())
