"""A child's own BaseException makes a BaseExceptionGroup; GeneratorExit of a child is such an error, too."""
import asyncio


class Mine(BaseException):
    pass


async def fail(exception):
    raise exception


async def main():
    for exceptions in ((Mine("m"),), (ValueError("v"), Mine("m")), (GeneratorExit("g"), ValueError("v"))):
        try:
            async with asyncio.TaskGroup() as group:
                for exception in exceptions:
                    group.create_task(fail(exception))
        except BaseExceptionGroup as errors:
            print(type(errors).__name__, isinstance(errors, Exception), repr(errors))


asyncio.run(main())
