"""GeneratorExit as the only error is raised bare, or in a group (gh-135736)."""
import asyncio


async def child(fails):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("child cancelled")
        if fails:
            raise ValueError("child")
        raise


async def attempt(fails):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child(fails))
            await asyncio.sleep(1)
            raise GeneratorExit
    except BaseException as error:
        print(repr(error))
    print(asyncio.current_task().cancelling())


async def main():
    await attempt(False)
    await attempt(True)


asyncio.run(main())
