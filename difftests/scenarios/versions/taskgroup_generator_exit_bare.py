"""GeneratorExit as the only error of a group is wrapped like any other; later it is raised as it is (gh-135736)."""
# flag: taskgroup_generator_exit_bare
import asyncio


async def main():
    try:
        async with asyncio.TaskGroup():
            raise GeneratorExit
    except BaseException as error:
        print(repr(error))


asyncio.run(main())
